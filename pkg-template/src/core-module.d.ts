/** What an import of `convex-token/core.wasm` gives where bundlers or hosts import WebAssembly. */
declare const module: WebAssembly.Module;
export default module;
