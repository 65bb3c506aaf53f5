import { v } from "convex/values";
import type { Id } from "./_generated/dataModel";
import { internalMutation, query } from "./_generated/server";

/** The user with this address, who is made when there is none. For the login alone. */
export const findOrCreate = internalMutation({
  args: { email: v.string() },
  handler: async (ctx, { email }) => {
    const found = await ctx.db
      .query("users")
      .withIndex("by_email", (index) => index.eq("email", email))
      .unique();
    return found?._id ?? (await ctx.db.insert("users", { email }));
  },
});

/** Who is asking: null when nobody is signed in. The token's subject is the user's own id. */
export const me = query({
  args: {},
  handler: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    return identity && (await ctx.db.get(identity.subject as Id<"users">));
  },
});
