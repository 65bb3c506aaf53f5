// Called by the project's own server only, as an Auth.js adapter's functions are.
import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { requireSecret } from "convex-token/convex";

export const create = mutationGeneric({
  args: { secret: v.string(), email: v.string() },
  handler: async (ctx, { secret, email }) => {
    requireSecret(secret, process.env.CONVEX_AUTH_ADAPTER_SECRET);
    await ctx.db.insert("accounts", { email });
  },
});

export const count = queryGeneric({
  args: { secret: v.optional(v.string()) },
  handler: async (ctx, { secret }) => {
    const { CONVEX_AUTH_ADAPTER_SECRET, OLD_ADAPTER_SECRET } = process.env;
    requireSecret(secret, [CONVEX_AUTH_ADAPTER_SECRET, OLD_ADAPTER_SECRET]);
    return (await ctx.db.query("accounts").collect()).length;
  },
});
