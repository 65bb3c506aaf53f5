// Writes core-bytes.js beside core.wasm: the module's bytes as text, for the hosts that compile it
// themselves.
//
//   node scripts/core-bytes.mjs DIST
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [dist] = process.argv.slice(2);
const base64 = readFileSync(join(dist, "core.wasm"), "base64");
writeFileSync(join(dist, "core-bytes.js"), `export default "${base64}";\n`);
