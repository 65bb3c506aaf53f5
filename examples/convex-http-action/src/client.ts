/** A plain client: logs in at the deployment itself, then asks as the user who it is. */
import { existsSync } from "node:fs";
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";

if (existsSync(".env.local")) process.loadEnvFile(".env.local");
const { CONVEX_URL, CONVEX_SITE_URL, EMAIL = "ada@example.com", PASSWORD } = process.env;

const response = await fetch(`${CONVEX_SITE_URL}/login`, {
  method: "POST",
  body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
});
const { token, error } = await response.json();
if (error) console.error(`${response.status} ${error}`);

const convex = new ConvexHttpClient(CONVEX_URL!);
if (token) convex.setAuth(token);
console.log(await convex.query(api.users.me, {}));
