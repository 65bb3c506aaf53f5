import { ConvexError, v } from "convex/values";
import { mutation, query } from "./_generated/server";

/** The latest entries, newest first. Anyone may read them; `mine` is what the reader wrote. */
export const list = query({
  args: {},
  handler: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    const messages = await ctx.db.query("messages").order("desc").take(50);
    return messages.map(({ author, ...message }) => ({
      ...message,
      mine: author === identity?.tokenIdentifier,
    }));
  },
});

/** Writes an entry in the name of whoever is signed in. */
export const send = mutation({
  args: { text: v.string() },
  handler: async (ctx, args) => {
    const identity = await ctx.auth.getUserIdentity();
    if (!identity) throw new ConvexError("Sign in before you write.");
    const text = args.text.trim();
    if (text === "") throw new ConvexError("There is nothing to send.");
    if (text.length > 280) throw new ConvexError("At most 280 characters, please.");
    const name = identity.name ?? identity.subject;
    await ctx.db.insert("messages", { author: identity.tokenIdentifier, name, text });
  },
});
