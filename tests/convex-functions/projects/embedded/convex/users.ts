import { queryGeneric } from "convex/server";

export const whoami = queryGeneric({
  args: {},
  handler: (ctx) => ctx.auth.getUserIdentity(),
});
