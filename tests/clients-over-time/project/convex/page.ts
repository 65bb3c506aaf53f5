import { mutationGeneric, queryGeneric } from "convex/server";

/** What a page shows: who is there, and something that changes. */
export const shown = queryGeneric({
  args: {},
  handler: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    const changes = await ctx.db.query("changes").collect();
    return { subject: identity?.subject ?? null, changes: changes.length };
  },
});

/** Somebody else's change: all who see the page see it anew. */
export const change = mutationGeneric({
  args: {},
  handler: (ctx) => ctx.db.insert("changes", {}),
});
