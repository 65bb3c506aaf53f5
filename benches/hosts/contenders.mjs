// What every host measures: nothing but the package, jose, and the keys that the runner gives.
import * as convexToken from "convex-token";
import { SignJWT, importPKCS8, importSPKI, jwtVerify } from "jose";
import { claims, issuer } from "./user.mjs";

/** What can be measured with a key, by its name in `work`. */
export async function contenders({ algorithm, pem, publicPem, kid, jwks }) {
  const own = convexToken.createIssuer({ privateKey: pem, issuer });
  const token = own.sign(claims);
  const checks = { issuer, audience: "convex" };
  const key = await importPKCS8(pem, algorithm);
  const publicKey = await importSPKI(publicPem, algorithm);
  const jose = (key) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience("convex")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(key);
  const { verifyConvexToken } = convexToken;
  return {
    "issuer.sign": () => own.sign(claims),
    "jose, key cached": () => jose(key),
    "jose, importPKCS8 per call": async () => jose(await importPKCS8(pem, algorithm)),
    "issuer.token, claims unchanged": () => own.token(claims),
    verifyConvexToken: () => verifyConvexToken(token, { jwks, ...checks }),
    "jose verify, key cached": () => jwtVerify(token, publicKey, checks),
  };
}
