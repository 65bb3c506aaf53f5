// Keys, tokens and sets that are right, and makers of what is right: what the fuzzer starts from.
import { createPrivateKey } from "node:crypto";
import { generateKeys, signConvexToken } from "convex-token";
import { changedText } from "./values.mjs";

export const issuer = "https://happy-animal-123.convex.site";
export const now = 1_750_000_000;
export const names = ["EdDSA", "ES256", "RS256"];
export const pairs = names.map((algorithm) => generateKeys({ algorithm }));
export const claims = [
  { sub: "user_1" },
  { sub: "user_1", name: "Ada", email_verified: true, roles: ["a", "b"], org: { id: 1, deep: { x: null } } },
  { sub: "é\ud83d\ude00", updated_at: 1.75e9, address: { formatted: "x" }, picture: "https://x.example/p" },
]; // prettier-ignore
export const tokens = pairs.flatMap(({ privateKey }) =>
  claims.map((one) => signConvexToken(one, { privateKey, issuer, now })),
);
export const jwks = { keys: pairs.flatMap((pair) => pair.jwks.keys) };
const jwkOf = ({ privateKey }, name) => {
  return { ...createPrivateKey(privateKey).export({ format: "jwk" }), alg: name };
};
export const privateJwks = pairs.map((pair, index) => jwkOf(pair, names[index]));

// ---- What is given ----------------------------------------------------------------------------

/** Of three in the order of the algorithms: RSA takes a while, ES256 longer than EdDSA. */
export const pick = (random, list) => list[random.percent(90) ? 0 : random.percent(90) ? 1 : 2];

/** A private key in one of its forms. */
export function keyOf(random) {
  const pair = pick(random, pairs);
  switch (random.below(8)) {
    case 0:
      return pick(random, privateJwks);
    case 1:
      return JSON.stringify(pick(random, privateJwks));
    case 2:
      return { keys: [pick(random, privateJwks)] };
    case 3:
      return [pair.privateKey, privateJwks[0]];
    case 4:
      return pair.privateKey.replaceAll("\n", random.of(["\\n", " ", "\r\n"]));
    case 5:
      return Buffer.from(pair.privateKey).toString("base64");
    default:
      return pair.privateKey;
  }
}

export function tokenOf(random) {
  const token = pick(random, [tokens.slice(0, 3), tokens.slice(3, 6), tokens.slice(6)])[
    random.below(3)
  ];
  if (!random.percent(25)) return token;
  // Another payload or header, encoded well.
  const [header, payload, signature] = token.split(".");
  const encoded = (part) =>
    Buffer.from(changedText(random, Buffer.from(part, "base64url").toString())).toString(
      "base64url",
    );
  return random.percent(50)
    ? `${encoded(header)}.${payload}.${signature}`
    : `${header}.${encoded(payload)}.${signature}`;
}

export const setOf = (random) => random.of([jwks, JSON.stringify(jwks), pick(random, pairs).jwks]);
export const claimsOf = (random) => random.of(claims);
export const tokenOptions = (random) => ({
  issuer,
  audience: random.of([undefined, "convex", "app"]),
  expiresIn: random.of([undefined, "1h", 300, "2 days"]),
  notBefore: random.of([undefined, 0, "1s", new Date(now * 1000)]),
  keyId: random.of([undefined, false, "name"]),
  now: random.of([now, new Date(now * 1000), now * 1000]),
});
export const signOptions = (random) => ({ privateKey: keyOf(random), ...tokenOptions(random) });

// ---- What is given back -----------------------------------------------------------------------

export const isText = (value) => typeof value === "string";
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isToken = (value) => isText(value) && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
export const isSet = (value) =>
  isObject(value) && value.keys.every((key) => isText(key.kid) && !("d" in key) && !("k" in key));

// ---- Secrets, and where they do not belong -----------------------------------------------------

/** Texts that only two know. */
export const secrets = {
  "the adapter's secret": "mB7qW2xZ9tK4vN8rC5yD1gH6jL3pS0f",
  "another accepted secret": "a9Xe4Tq7Rw2Lp6Vz1Nk8Bs5Gd3Jf0Yh",
  "the cookie": "cookie-Qh7Jm2Xs9Wd4Rb6Tn1Vz8Kc3",
  "the authorization": "Bearer-Zt5Gy8Lk2Qn7Wp4Xv1Sr6Md9",
};
export const [secret, otherSecret, cookie, authorization] = Object.values(secrets);

/** A secret in one of its forms. */
export const secretOf = (random) =>
  random.percent(60) ? keyOf(random) : random.of([...Object.values(secrets), tokens[0]]);
