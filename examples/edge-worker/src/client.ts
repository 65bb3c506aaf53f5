/** A client that stays connected: it gets its tokens from the Worker, fresh ones before they expire. */
import { existsSync } from "node:fs";
import { ConvexClient } from "convex/browser";
import { createTokenFetcher } from "convex-token/client";
import { api } from "../convex/_generated/api";

if (existsSync(".env.local")) process.loadEnvFile(".env.local");
const { CONVEX_URL, AUTH_ISSUER, NAME = "ada", PASSWORD } = process.env;

const convex = new ConvexClient(CONVEX_URL!);
const authorization = `Basic ${btoa(`${NAME}:${PASSWORD}`)}`;
convex.setAuth(createTokenFetcher(`${AUTH_ISSUER}/token`, { headers: { authorization } }));

console.log(await convex.query(api.users.whoami, {}));
await convex.close();
