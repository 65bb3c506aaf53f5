// Keys in the environment, and who judges the tokens signed with them: jose, and Convex's verdict by
// the program of tests/verify-as-convex.
import { convexAuthProvider, generateKeys } from "convex-token";
import { createLocalJWKSet, jwtVerify } from "jose";
import { Verifier } from "../../tools/verifier.mjs";

export const SITE_URL = "https://happy-animal-123.convex.site";

/** The environment as a deployment of Next.js has it, with a key of the tests' own. */
export function setEnvironment() {
  const keys = generateKeys({ algorithm: "ES256" });
  process.env.CONVEX_AUTH_PRIVATE_KEY = keys.privateKey;
  process.env.CONVEX_SITE_URL = SITE_URL;
  return keys;
}

export class Judges {
  #verifier = new Verifier();

  /** The identity that Convex makes of the token, once jose has accepted it too. */
  async identity(token, jwks) {
    const keys = createLocalJWKSet(jwks);
    const { payload } = await jwtVerify(token, keys, { issuer: SITE_URL, audience: "convex" });
    const provider = convexAuthProvider({ kind: "customJwt", issuer: SITE_URL, jwks });
    const judgement = await this.#verifier.judge(token, { providers: [provider] });
    if (!judgement.accepted) throw new Error(`refused: ${JSON.stringify(judgement)}`);
    if (judgement.identity.subject !== payload.sub) throw new Error("the judges disagree");
    return judgement.identity;
  }

  close() {
    return this.#verifier.close();
  }
}

/** What is written to console.error meanwhile, besides the result. */
export async function logged(action) {
  const { error } = console;
  const lines = [];
  console.error = (...parts) => lines.push(parts.map(String).join(" "));
  try {
    return { result: await action(), lines };
  } finally {
    console.error = error;
  }
}
