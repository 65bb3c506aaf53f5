import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  messages: defineTable({
    /** The author's `tokenIdentifier`: issuer and subject, unique among all who can sign in. */
    author: v.string(),
    name: v.string(),
    text: v.string(),
  }),
});
