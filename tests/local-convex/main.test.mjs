// The program, from a shell.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { project } from "./started.mjs";

const program = join(import.meta.dirname, "main.mjs");

test("the program prints where the deployment is, and serves it until it is told to stop", async () => {
  const args = [program, project, "--env", "GREETING=a=b"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += chunk));
  while (!printed.includes("ADMIN_KEY")) await once(child.stdout, "data");
  const { CONVEX_URL } = parseEnv(printed);
  const response = await fetch(`${CONVEX_URL}/api/query`, {
    method: "POST",
    body: JSON.stringify({ path: "greeting:get", args: [{}] }),
  });
  assert.deepEqual((await response.json()).value, { module: "a=b", function: "a=b" });
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});
