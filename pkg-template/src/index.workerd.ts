/** The entry for workerd, which forbids compiling at run time: the bundler brings the module. */
import module from "./core.wasm";
import { useModule } from "./instance.js";

useModule(() => module);

export * from "./api.js";
