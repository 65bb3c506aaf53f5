// What a project would push to its deployment: its functions as the project's own `convex` CLI
// bundles them. The CLI writes the request to a file (`--write-push-request`) and sends nothing.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const flags = ["--typecheck=disable", "--codegen=disable", "--push-all-modules"];

/** Never reached. The names that are empty would otherwise come from the project's .env.local. */
const deployment = {
  CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:9",
  CONVEX_SELF_HOSTED_ADMIN_KEY: "none",
  CONVEX_DEPLOYMENT: "",
  CONVEX_DEPLOY_KEY: "",
};

/**
 * Bundles a project's functions into a folder: a module each, at its path.
 *
 * @param {string} project the folder that has `convex/` and the `convex` package
 * @param {string} folder where to write
 * @returns {Promise<string[]>} the paths of the modules, `schema.js` among them if there is one
 */
export async function bundleFunctions(project, folder) {
  const { appDefinition, componentDefinitions } = await pushRequest(project, folder);
  if (componentDefinitions.length > 0) {
    throw new Error("The stand-in runs no Convex components.");
  }
  const { changedModules, schema } = appDefinition;
  const modules = schema ? [...changedModules, schema] : changedModules;
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  for (const { path, source } of modules) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  }
  return modules.map(({ path }) => path);
}

async function pushRequest(project, folder) {
  const cli = join(
    dirname(createRequire(join(project, "package.json")).resolve("convex/package.json")),
    "bin/main.js",
  );
  const file = join(folder, "push");
  const args = [cli, "deploy", ...flags, "--write-push-request", file];
  const { PATH } = process.env;
  // The CLI keeps notes in the home directory.
  const env = { PATH, HOME: folder, ...deployment };
  try {
    await promisify(execFile)(process.execPath, args, { cwd: project, env, timeout: 120_000 });
  } catch (error) {
    throw new Error(`convex deploy could not bundle ${project}:\n${error.stderr || error.message}`);
  }
  return JSON.parse(await readFile(`${file}.json`, "utf8"));
}
