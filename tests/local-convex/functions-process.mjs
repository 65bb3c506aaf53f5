// The process in which the bundled functions run, with `convex-test` for the database and the rest
// of what Convex gives to them. functions.mjs starts it and asks.
//
// Module code runs again when a variable changes, as it does on a deployment, where each function
// has a new isolate: each change gets a copy of the modules, and so new instances of them.
import { cp, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeFunctionReference } from "convex/server";
import { convexToJson, jsonToConvex } from "convex/values";
import { convexTest } from "convex-test";
import { evaluateAuthConfig } from "./auth-config.mjs";

const [source, list] = process.argv.slice(2);
const paths = JSON.parse(list);

/** Where the modules are imported from. */
let current = source;
/** What is left of the process's own environment. */
replaceEnvironment(process.env);

const modules = Object.fromEntries(paths.map((path) => [`/${path}`, () => load(path)]));
modules["/http.js"] = httpModule;
// convex-test looks for this folder to learn where the functions are.
modules["/_generated/api.js"] = async () => ({});
const schema = paths.includes("schema.js") ? (await load("schema.js")).default : undefined;
const test = convexTest(schema, modules);

const tasks = { authConfig, setEnvironment, run, runAsAdmin, fetch };

process.on("message", async ({ id, task, ...question }) => {
  try {
    process.send({ id, value: await tasks[task](question) });
  } catch (error) {
    process.send({ id, error: String(error?.message ?? error) });
  }
});
process.on("disconnect", () => process.exit());
// What a function leaves behind must not end its deployment.
process.on("unhandledRejection", (error) => console.error(error));

function load(path) {
  return import(pathToFileURL(join(current, path)).href);
}

function replaceEnvironment(env) {
  process.env = { ...env };
}

async function setEnvironment({ env }) {
  replaceEnvironment(env);
  current = await mkdtemp(`${source}-`);
  await cp(source, current, { recursive: true });
}

async function authConfig({ env }) {
  if (!paths.includes("auth.config.js")) return { providers: [] };
  return evaluateAuthConfig(await readFile(join(source, "auth.config.js"), "utf8"), env);
}

async function run({ kind, path, args, identity }) {
  try {
    await findPublic(kind, path);
    const value = await as(identity)[kind](makeFunctionReference(path), jsonToConvex(args));
    return { value: convexToJson(value ?? null) };
  } catch (error) {
    return failure(error);
  }
}

async function runAsAdmin({ path, args }) {
  try {
    const found = await findFunction(path);
    const kind = Object.keys(flags).find((each) => found?.[flags[each]]);
    if (kind === undefined) throw new Error(`Could not find function for '${path}'.`);
    const value = await test[kind](makeFunctionReference(path), jsonToConvex(args));
    return { value: convexToJson(value ?? null) };
  } catch (error) {
    return failure(error);
  }
}

const flags = { query: "isQuery", mutation: "isMutation", action: "isAction" };

/** Refuses what clients may not call: internal functions, those of another kind, and none at all. */
async function findPublic(kind, path) {
  const found = await findFunction(path);
  if (!found?.isPublic) {
    throw new Error(
      `Could not find public function for '${path}'. Did you forget to run \`npx convex dev\` or ` +
        "`npx convex deploy`?",
    );
  }
  if (!found[flags[kind]]) throw new Error(`Trying to execute ${path} as a ${kind}`);
}

async function findFunction(path) {
  const [module, name = "default"] = path.split(":");
  return paths.includes(`${module}.js`) ? (await load(`${module}.js`))[name] : undefined;
}

function failure(error) {
  const data = error?.[Symbol.for("ConvexError")] ? convexToJson(error.data) : undefined;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { errorMessage: `Server Error\nUncaught ${message}`, errorData: data };
}

function as(identity) {
  return identity ? test.withIdentity(identity) : test;
}

async function fetch({ request, identity }) {
  if (!paths.includes("http.js")) return answer(404, "This Convex deployment has no HTTP actions.");
  const { method, headers, body } = request;
  const url = new URL(request.url);
  try {
    const response = await as(identity).fetch(url.pathname + url.search, {
      method,
      headers: [...headers, [urlHeader, url.href]],
      body: body ? Buffer.from(body, "base64") : undefined,
    });
    return {
      status: response.status,
      headers: [...response.headers],
      body: Buffer.from(await response.arrayBuffer()).toString("base64"),
    };
  } catch (error) {
    return answer(500, JSON.stringify({ code: failure(error).errorMessage }));
  }
}

function answer(status, text) {
  return { status, headers: [], body: Buffer.from(text).toString("base64") };
}

/** convex-test gives requests a host of its own; the real URL travels in this header. */
const urlHeader = "x-local-convex-url";

/** http.ts, with a router whose actions get the request as it came. */
async function httpModule() {
  const { default: router } = await load("http.js");
  const lookup = (path, method) => {
    const found = router.lookup(path, method);
    if (!found) return found;
    const [action, ...rest] = found;
    return [{ _handler: (ctx, request) => action._handler(ctx, restored(request)) }, ...rest];
  };
  return { default: { lookup } };
}

function restored(request) {
  const { method, headers: given } = request;
  const headers = new Headers(given);
  const url = headers.get(urlHeader);
  headers.delete(urlHeader);
  const { body } = request;
  return new Request(url, { method, headers, body, ...(body && { duplex: "half" }) });
}
