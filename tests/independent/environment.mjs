// The variables of existing deployments, as their guides have people write them into .env.local.
import { parseEnv } from "node:util";

/** What stands for a PEM's line breaks, by the variable that holds it. */
const lineBreaks = {
  // The guide for Auth.js with Convex.
  CONVEX_AUTH_PRIVATE_KEY: "\\n",
  // Convex Auth.
  JWT_PRIVATE_KEY: " ",
};

/** Sets what such a file says, its key in `variable`, and nothing else that the package reads. */
export function loadEnvironment(keys, variable, origin) {
  const names = [...Object.keys(lineBreaks), "JWKS", "CONVEX_SITE_URL"];
  for (const name of names) delete process.env[name];
  const key = keys.privateKey.trimEnd().replaceAll("\n", lineBreaks[variable]);
  const lines = [
    `${variable}="${key}"`,
    `JWKS=${JSON.stringify(keys.jwks)}`,
    `CONVEX_SITE_URL=${origin}`,
  ];
  Object.assign(process.env, parseEnv(lines.join("\n")));
}
