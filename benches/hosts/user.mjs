// Whom the tokens are for.
export const issuer = "https://happy-animal-123.convex.site";
export const claims = { sub: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };
