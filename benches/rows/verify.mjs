// One token verified, and what it says read out.
import { createVerifier } from "fast-jwt";
import { createLocalJWKSet, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { chosenKinds, claims, convexToken, issuer, keysOf } from "../lib/package.mjs";
import { takeTurns } from "../lib/measure.mjs";

export const name = "verify";

export async function* rows(options) {
  const { rounds } = options;
  for (const kind of chosenKinds(options)) {
    const { algorithm, main } = kind;
    const { pem, publicKey, publicPem, jwks } = keysOf(kind);
    const own = convexToken.createIssuer({ privateKey: pem, issuer });
    const token = own.sign(claims);
    const set = createLocalJWKSet(jwks);
    const checks = { issuer, audience: "convex" };
    // Its cache of verdicts is off: it would be looked up, not verified.
    const fastJwt = createVerifier({
      key: publicPem,
      algorithms: [algorithm],
      allowedIss: issuer,
      allowedAud: "convex",
      cache: false,
    });
    const samples = await takeTurns(
      {
        verifyConvexToken: () => convexToken.verifyConvexToken(token, { jwks, ...checks }),
        "issuer.verify": () => own.verify(token),
        "jose, key cached": () => jwtVerify(token, publicKey, checks),
        "jose, local set": () => jwtVerify(token, set, checks),
        "fast-jwt, key cached": () => fastJwt(token),
        ...(algorithm !== "EdDSA" && {
          "jsonwebtoken, key object cached": () =>
            jsonwebtoken.verify(token, publicKey, { ...checks, algorithms: [algorithm] }),
        }),
      },
      { rounds },
    );
    const goal = main && { atMost: 2 };
    yield {
      what: `verify ${kind.name}`,
      samples,
      compare: [
        { ours: "verifyConvexToken", peer: "jose, key cached", ...goal },
        { ours: "issuer.verify", peer: "jose, key cached", ...goal },
      ],
    };
  }
}
