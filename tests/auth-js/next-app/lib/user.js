export const user = { id: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };
