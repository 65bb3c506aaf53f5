// What the demo runs with.

import { readFileSync } from "node:fs";

export function versions() {
  const packages = ["convex-token", "next-auth"].map((name) => `${name} ${versionOf(name)}`);
  return [...packages, `Node.js ${process.versions.node}`].join(", ");
}

function versionOf(name) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
