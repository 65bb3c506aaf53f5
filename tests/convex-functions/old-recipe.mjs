// What the guide for Auth.js with Convex has people write with `jose`: the script that makes the keys,
// and the signing in the session callback.
import { SignJWT, exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from "jose";

/** The variables that the script prints: the key for the site, the set for the deployment. */
export async function makeOldKeys() {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const pem = await exportPKCS8(privateKey);
  const jwks = { keys: [{ use: "sig", ...(await exportJWK(publicKey)) }] };
  return {
    CONVEX_AUTH_PRIVATE_KEY: pem.trimEnd().replace(/\n/g, " "),
    JWKS: JSON.stringify(jwks),
  };
}

/** A token as the callback signs it: its header has neither `kid` nor `typ`. */
export async function signOld(privateKey, issuer, sub = "user_ada") {
  return new SignJWT({ sub })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuedAt()
    .setIssuer(issuer)
    .setAudience("convex")
    .setExpirationTime("1h")
    .sign(await importPKCS8(privateKey, "RS256"));
}
