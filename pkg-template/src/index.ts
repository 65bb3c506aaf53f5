/** The entry for hosts that compile WebAssembly themselves: Node, Deno, Bun, browsers, Convex. */
import { inlineModule } from "./module.inline.js";
import { useModule } from "./instance.js";

useModule(inlineModule);

export * from "./api.js";
