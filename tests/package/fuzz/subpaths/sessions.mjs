// Sessions as Auth.js and others have them, and options for signing.
import { issuer, keyOf, tokens } from "../material.mjs";

const user = {
  id: "user_1",
  name: "Ada Lovelace",
  email: "ada@example.com",
  image: "https://x.example/p",
};
const expires = "2026-02-01T00:00:00.000Z"; // prettier-ignore

export const sessionOf = (random) =>
  random.of([
    { user, expires },
    { user, expires },
    { user: { ...user, id: 7 } },
    { user: { ...user, id: random.of([NaN, 0, 10n, "", null, undefined]) } },
    { user: { email: user.email } },
    { user, expires, convexToken: tokens[0] },
    { expires, convexToken: "a.b.c" },
    { user, expires, convexTokenError: "ERR_KEY_MISSING" },
    { user, convexToken: "", convexTokenError: "ERR_ISSUER_MISSING" },
    null,
    undefined,
    {},
  ]);

/** Options for signing: mostly none, which leaves it to the environment. */
export function signingOf(random) {
  if (random.percent(60)) return {};
  return {
    privateKey: random.percent(60) ? keyOf(random) : undefined,
    issuer: random.of([undefined, issuer]),
    audience: random.of([undefined, "convex", "app"]),
    expiresIn: random.of([undefined, "1h", 60, 1]),
    notBefore: random.of([undefined, 0, "1s"]),
    keyId: random.of([undefined, false, "name"]),
  };
}
