import { query } from "./_generated/server";

/** Who is asking: null when nobody is signed in. */
export const whoami = query({
  args: {},
  handler: (ctx) => ctx.auth.getUserIdentity(),
});
