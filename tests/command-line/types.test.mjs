// What init writes type-checks with the real types of next, next-auth 4 and 5, react and convex.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "./command.mjs";
import { copyOf, install, shapes } from "./project.mjs";

const tsc = join(import.meta.dirname, "node_modules/typescript/bin/tsc");

function typeErrors(folder) {
  const { stdout } = spawnSync(process.execPath, [tsc, "--project", folder], { encoding: "utf8" });
  return stdout.trim();
}

/** JavaScript is checked too, for what it imports and calls. */
const forJavaScript = {
  compilerOptions: {
    allowJs: true,
    checkJs: true,
    strict: false,
    noEmit: true,
    skipLibCheck: true,
    target: "ES2022",
    lib: ["dom", "dom.iterable", "esnext"],
    module: "esnext",
    moduleResolution: "bundler",
    jsx: "react-jsx",
    types: ["node"],
  },
  include: ["**/*.js", "**/*.jsx"],
  exclude: ["node_modules"],
};

for (const shape of shapes) {
  test(shape, async () => {
    const folder = copyOf(shape);
    install(folder);
    if (!existsSync(join(folder, "tsconfig.json"))) {
      // After init, which would take the project for one in TypeScript.
      const { status, stderr } = await run(folder, ["init", "--yes", "--offline"]);
      assert.equal(status, 0, stderr);
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(forJavaScript));
    } else {
      assert.equal(typeErrors(folder), "", "as it was");
      const { status, stderr } = await run(folder, ["init", "--yes", "--offline"]);
      assert.equal(status, 0, stderr);
    }
    assert.equal(typeErrors(folder), "");
  });
}

test("a mistake in what is written would be found", async () => {
  const folder = copyOf("app-typescript-auth5");
  install(folder);
  await run(folder, ["init", "--yes", "--offline"]);
  const path = join(folder, "app/ConvexClientProvider.tsx");
  writeFileSync(path, readFileSync(path, "utf8").replace(" useSession={useSession}", ""));
  assert.match(typeErrors(folder), /ConvexClientProvider\.tsx.*useSession/s);
});
