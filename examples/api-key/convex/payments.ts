/** Functions for your own server alone: it has no user, but knows a secret. */
import { requireSecret } from "convex-token/convex";
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

/** While the secret is replaced, the new one and the old one are accepted. */
const accepted = () => [
  process.env.CONVEX_AUTH_ADAPTER_SECRET,
  process.env.CONVEX_AUTH_ADAPTER_SECRET_OLD,
];

export const record = mutation({
  args: { secret: v.string(), reference: v.string(), cents: v.number() },
  handler: async (ctx, { secret, reference, cents }) => {
    requireSecret(secret, accepted());
    await ctx.db.insert("payments", { reference, cents });
  },
});

export const total = query({
  args: { secret: v.string() },
  handler: async (ctx, { secret }) => {
    requireSecret(secret, accepted());
    const payments = await ctx.db.query("payments").collect();
    return payments.reduce((sum, { cents }) => sum + cents, 0);
  },
});
