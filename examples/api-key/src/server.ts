/** Your own server, such as a payment provider's webhook: records a payment, and says the total. */
import { existsSync } from "node:fs";
import { ConvexHttpClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { api } from "../convex/_generated/api";

if (existsSync(".env.local")) process.loadEnvFile(".env.local");
const secret = process.env.CONVEX_AUTH_ADAPTER_SECRET ?? "";
const convex = new ConvexHttpClient(process.env.CONVEX_URL!);

try {
  await convex.mutation(api.payments.record, { secret, reference: "invoice 1815", cents: 1250 });
  const cents = await convex.query(api.payments.total, { secret });
  console.log(`total: ${(cents / 100).toFixed(2)}`);
} catch (error) {
  if (!(error instanceof ConvexError)) throw error;
  const { code, message, hint } = error.data;
  console.error(`${code}: ${message} ${hint}`);
  process.exitCode = 1;
}
