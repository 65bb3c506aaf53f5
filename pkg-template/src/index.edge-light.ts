/** The entry for edge runtimes, which forbid compiling at run time: the bundler brings the module. */
import module from "./core.wasm?module";
import { useModule } from "./instance.js";

useModule(() => module);

export * from "./api.js";
