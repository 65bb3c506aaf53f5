// Tokens for people, signed as convexSession() signs them.
import { createIssuer, generateKeys } from "convex-token";

export const keys = generateKeys({ algorithm: "EdDSA" });

/** Returns a function that signs a person's token. */
export function signer(options = {}) {
  const issuer = createIssuer({
    privateKey: keys.privateKey,
    issuer: "https://example.convex.site",
    ...options,
  });
  return ({ id, name, email }) => issuer.sign({ sub: id, name, email });
}
