import { query } from "./_generated/server";

export const me = query({
  args: {},
  handler: async (ctx) => await ctx.auth.getUserIdentity(),
});
