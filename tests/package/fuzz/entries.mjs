// The entries of the package, by their names in package.json, and what is called of each.
import { readFileSync } from "node:fs";
import { operations as root } from "./operations.mjs";
import { operations as client } from "./subpaths/client.mjs";
import { operations as convex } from "./subpaths/convex.mjs";
import { operations as next } from "./subpaths/next.mjs";
import { operations as nextAuth } from "./subpaths/next-auth.mjs";
import { oddValue } from "./subpaths/odd.mjs";
import { operations as react } from "./subpaths/react.mjs";
import { operations as node, webOperations as webcrypto } from "./subpaths/signers.mjs";

/** Operations, and what is given where nothing of the kind belongs. */
export const entries = {
  root: { operations: root },
  convex: { operations: convex, oddValue },
  client: { operations: client, oddValue },
  next: { operations: next, oddValue },
  node: { operations: node, oddValue },
  react: { operations: react, oddValue },
  "next-auth": { operations: nextAuth, oddValue },
  webcrypto: { operations: webcrypto, oddValue },
};

const called = new Set(
  Object.values(entries).flatMap(({ operations }) => operations.map(([name]) => name)),
);

const manifest = new URL("../node_modules/convex-token/package.json", import.meta.url);

/** The functions that the package exports and no operation calls, of all of its entries. */
export async function forgotten() {
  const names = [];
  for (const [path, { default: file }] of Object.entries(
    JSON.parse(readFileSync(manifest)).exports,
  )) {
    if (!file?.endsWith(".js")) continue;
    const module = await import(`convex-token${path.slice(1)}`);
    names.push(
      ...Object.keys(module)
        .filter((name) => !called.has(name))
        .map((name) => `${path} ${name}`),
    );
  }
  return names.filter((name) => !name.endsWith(" ConvexTokenError"));
}
