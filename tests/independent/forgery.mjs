// Tokens that somebody has changed.

/** The token with somebody else's id, and the signature as it was. */
export function withAnotherSubject(token) {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const changed = JSON.stringify({ ...claims, sub: "user_1" });
  return [header, Buffer.from(changed).toString("base64url"), signature].join(".");
}

/** The token with one bit of its signature changed. */
export function withAnotherSignature(token) {
  const [header, payload, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[bytes.length - 1] ^= 1;
  return [header, payload, bytes.toString("base64url")].join(".");
}
