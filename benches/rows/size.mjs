// What is downloaded and bundled.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dist, root } from "../lib/package.mjs";

export const name = "size";

export async function* rows() {
  const wasm = readFileSync(join(dist, "core.wasm"));
  const tarball = readdirSync(join(root, "pkg")).find((file) => file.endsWith(".tgz"));
  const sizes = {
    "core.wasm": [wasm.length, 300, 200],
    "core.wasm, gzip": [gzipSync(wasm, { level: 9 }).length, 115, 75],
    "npm tarball": [readFileSync(join(root, "pkg", tarball)).length],
  };
  const crate = join(root, "target/rsa-crate/wasm32-unknown-unknown/release/rsa_crate.wasm");
  if (existsSync(crate))
    sizes["the rsa crate in wasm, signing alone"] = [readFileSync(crate).length];
  for (const [what, [bytes, atMostKb, aimKb]] of Object.entries(sizes)) {
    yield { what, bytes, atMostKb, aimKb };
  }
}
