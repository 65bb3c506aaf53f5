// Puts the core into the package's dist/: its glue, its module, and the module's bytes as text, for the
// hosts that compile it themselves.
//
//   node scripts/core-files.mjs GLUE MODULE DIST
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [glue, module, dist] = process.argv.slice(2);
const put = (name, content) => writeFileSync(join(dist, name), content);

// The glue's views are of one instance's memory, and it is given another after a trap.
const taken = "    wasm = val;\n";
const views = "    cachedDataViewMemory0 = cachedUint8ArrayMemory0 = null;\n";
const text = readFileSync(glue, "utf8");
if (!text.includes(taken)) throw new Error("The glue takes its instance otherwise now.");
put("core.js", text.replace(taken, taken + views));

const bytes = readFileSync(module);
put("core.wasm", bytes);
put("core-bytes.js", `export default "${bytes.toString("base64")}";\n`);
