// Convex's default runtime, as far as a bundled module can tell: a context that has what the runtime
// has and nothing else: no Node.js, no timers, no asynchronous WebAssembly. Needs Node's option
// --experimental-vm-modules.
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const { atob, btoa, crypto, Headers, Request, Response } = globalThis;
const { TextDecoder, TextEncoder, URL, URLSearchParams } = globalThis;

/**
 * Evaluates a module that Convex's bundler made, with the chunks that it imports.
 *
 * @param {string} file
 * @param {Record<string, string>} env what it finds in process.env
 * @returns {Promise<object>} what it exports
 */
export async function importInIsolate(file, env) {
  const process = { env: { ...env } };
  const web = { atob, btoa, console, crypto, Headers, Request, Response };
  const texts = { TextDecoder, TextEncoder, URL, URLSearchParams };
  const context = vm.createContext(
    { ...web, ...texts, process },
    { codeGeneration: { strings: false, wasm: true } },
  );
  vm.runInContext(
    `for (const name of Object.getOwnPropertyNames(WebAssembly)) {
       if (/^(compile|instantiate)/.test(name)) delete WebAssembly[name];
     }
     for (const name of ["SharedArrayBuffer", "Atomics"]) delete globalThis[name];`,
    context,
  );

  /** The modules by file, each loaded once; a bare specifier has no file and is an error. */
  const modules = new Map();
  function load(file) {
    if (!modules.has(file)) {
      const source = fs.readFileSync(file, "utf8");
      modules.set(file, new vm.SourceTextModule(source, { context, identifier: file }));
    }
    return modules.get(file);
  }
  function link(specifier, referrer) {
    if (!/^\.{1,2}\//.test(specifier)) {
      throw new Error(`expected a bundle without imports, found "${specifier}"`);
    }
    return load(path.resolve(path.dirname(referrer.identifier), specifier));
  }

  const entry = load(path.resolve(file));
  await entry.link(link);
  await entry.evaluate();
  return entry.namespace;
}
