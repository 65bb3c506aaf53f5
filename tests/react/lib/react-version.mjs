// Loaded before the tests (node --import): what they import by name comes from the folder of the
// React version that REACT_VERSION names, and else from this one.
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const tests = pathToFileURL(join(import.meta.dirname, "..", "/")).href;
const version = new URL(`react-${process.env.REACT_VERSION}/tests.mjs`, tests).href;

const hooks = `
  const tests = ${JSON.stringify(tests)}, version = ${JSON.stringify(version)};
  export function resolve(specifier, context, next) {
    const { parentURL = "" } = context;
    const ours = parentURL.startsWith(tests) && !parentURL.includes("/node_modules/");
    const bare = /^[\\w@]/.test(specifier) && !/^(node|file|data):/.test(specifier);
    return next(specifier, ours && bare ? { ...context, parentURL: version } : context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
