// The widely copied recipe, as the guide for Auth.js with Convex has it: `jose` signs the user's claims
// at each read of the session, without a `jti`, and a fetcher hands on what comes.
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { forcedRoute, route } from "./site.mjs";

const { privateKey, publicKey } = await generateKeyPair("RS256");
const jwks = { keys: [{ use: "sig", ...(await exportJWK(publicKey)) }] };

/** A token as the recipe signs it. */
export function signAsRecipe(issuer, { id, name, email }) {
  return new SignJWT({ sub: id, name, email })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuedAt()
    .setIssuer(issuer)
    .setAudience("convex")
    .setExpirationTime("1h")
    .sign(privateKey);
}

/** Publishes the key as the recipe does: without a `kid`. */
export function publishAsRecipe({ convex }) {
  return convex.setEnv({ JWKS: JSON.stringify(jwks) });
}

/** Has the site sign as the recipe does. */
export async function recipeSite({ convex, site }) {
  await publishAsRecipe({ convex });
  site.answerWith(async () =>
    Response.json({ token: await signAsRecipe(convex.siteUrl, site.user) }),
  );
}

export async function recipeFetcher({ forceRefreshToken }) {
  const response = await fetch(forceRefreshToken ? forcedRoute : route);
  const { token } = await response.json();
  return token;
}
