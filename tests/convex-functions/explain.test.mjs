// docs/explaining.md: its function is internal, and has no type errors.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { codeBlocks } from "./code-blocks.mjs";
import { Workshop } from "./workshop.mjs";

const page = await readFile(join(import.meta.dirname, "../../docs/explaining.md"), "utf8");
const files = codeBlocks(page).filter(({ file }) => file !== undefined);

let project;
before(async () => {
  project = await Workshop.create({
    "convex/_generated/server.ts": `
      import { internalActionGeneric } from "convex/server";
      import type { ActionBuilder, AnyDataModel } from "convex/server";

      export const internalAction: ActionBuilder<AnyDataModel, "internal"> = internalActionGeneric;`,
    "convex/auth.config.ts": `
      import { convexAuthConfig } from "convex-token/convex";

      export default convexAuthConfig();`,
    ...Object.fromEntries(files.map(({ file, text }) => [file, text])),
  });
});
after(() => project?.remove());

test("the function that explains is internal, and has no type errors", async () => {
  assert.deepEqual(
    files.map(({ file }) => file),
    ["convex/debug.ts"],
  );
  assert.match(files[0].text, /= internalAction\(/);
  assert.equal(await project.typeErrors(), "");
});
