/** FOR THE DEMO ONLY: two users with a password that everybody knows. Put your own login here. */

export const demoPassword = "demo";

export const demoUsers = [
  { id: "user_1815", name: "Ada Lovelace", email: "ada@example.com" },
  { id: "user_1906", name: "Grace Hopper", email: "grace@example.com" },
];

/** The user, or null when the e-mail address or the password is wrong. */
export function findDemoUser(email: unknown, password: unknown) {
  if (password !== demoPassword) return null;
  return demoUsers.find((user) => user.email === email) ?? null;
}
