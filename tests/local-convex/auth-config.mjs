// auth.config.ts as a deploy evaluates it (auth_config.rs of Convex's crate `isolate`): in a context
// of its own, where to read a variable that is not set is an error, as are the time and chance.
import vm from "node:vm";

/** What JavaScript itself lacks and Convex's runtime has. */
const { URL, URLSearchParams, TextDecoder, TextEncoder, atob, btoa, structuredClone } = globalThis;
const globals = { URL, URLSearchParams, TextDecoder, TextEncoder, atob, btoa, structuredClone };

const prelude = `
  const unsupported = (what) => () => {
    throw new Error(what + " unsupported when evaluating auth config file");
  };
  Date.now = unsupported("Date");
  Math.random = unsupported("Math.random");
`;

/**
 * Evaluates the bundled `auth.config.js`.
 *
 * @param {string} source
 * @param {Record<string, string>} env the deployment's variables
 * @returns {Promise<object>} its default export
 */
export async function evaluateAuthConfig(source, env) {
  const context = vm.createContext({ ...globals, process: { env: strict(env) } });
  vm.runInContext(prelude, context);
  const module = new vm.SourceTextModule(source, { context });
  await module.link((name) => {
    throw new Error(`Can't import ${name} while evaluating auth config file`);
  });
  await module.evaluate();
  const config = JSON.stringify(module.namespace.default);
  if (config === undefined) throw new Error("auth config file is missing default export.");
  return JSON.parse(config);
}

function strict(env) {
  return new Proxy(env, {
    get(_, name) {
      if (name in env) return env[name];
      throw new Error(
        `Environment variable ${String(name)} is used in auth config file but its value was not set`,
      );
    },
  });
}
