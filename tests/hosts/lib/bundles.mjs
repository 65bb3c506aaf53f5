// What must not be in a bundle for a host that forbids to compile WebAssembly at run time.

import fs from "node:fs";
import { Deviation } from "./deviation.mjs";

const forbidden = {
  "a call that compiles bytes": /WebAssembly\s*\.\s*(Module\s*\(|compile|instantiate)/,
  "the WebAssembly bytes as base64": /AGFzbQEAAA/,
};

/** Throws when one of the scripts could compile WebAssembly, or carries its bytes. */
export function assertNoCompilation(what, files) {
  for (const file of files) {
    const text = fs.readFileSync(file, "utf8");
    for (const [name, pattern] of Object.entries(forbidden)) {
      const at = text.search(pattern);
      if (at >= 0) {
        const excerpt = text.slice(Math.max(0, at - 60), at + 60);
        throw new Deviation(`${what} without ${name}`, `it in ${file}: ${excerpt}`);
      }
    }
  }
}
