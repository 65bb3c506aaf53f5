// Runs the stand-in until Ctrl-C:
//
//   node main.mjs PROJECT [--env NAME=VALUE]… [--port N] [--site-port N]
import { parseArgs } from "node:util";
import { startLocalConvex } from "./local-convex.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: "string", multiple: true, default: [] },
    port: { type: "string", default: "0" },
    "site-port": { type: "string", default: "0" },
  },
});
if (positionals.length !== 1) {
  console.error("usage: node main.mjs PROJECT [--env NAME=VALUE]… [--port N] [--site-port N]");
  process.exit(2);
}

const variables = values.env.map((text) => [
  text.split("=", 1)[0],
  text.slice(text.indexOf("=") + 1),
]);
const convex = await startLocalConvex({
  project: positionals[0],
  env: Object.fromEntries(variables),
  port: Number(values.port),
  sitePort: Number(values["site-port"]),
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => convex.close());

const settings = { CONVEX_URL: convex.url, CONVEX_SITE_URL: convex.siteUrl, ...convex.cliEnv };
for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
