/** Texts without the private keys in them. */

/** What stands for a key that is not shown. */
const HIDDEN = "(a private key, not shown)";

/** The middle of a PEM: its line breaks may be escaped, or be spaces. */
const BODY = String.raw`(?:[A-Za-z0-9+/=\s]|\\+[nrt])`;

const KEYS = [
  // PEM, whole or cut off.
  new RegExp(
    `-{1,5}BEGIN [A-Z0-9 ]*PRIVATE KEY-----${BODY}{16,}(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?`,
    "g",
  ),
  // PEM in base64, then PKCS#8 in base64 without the lines around: RSA, P-256, Ed25519.
  /LS0tLS1CRUdJTi[\w+/=-]{16,}/g,
  /M(?:II[\w+/-]{3}IBAD|IGHAgEA|C4CAQAw)[\w+/=-]{16,}/g,
  // The private members of a JWK (RFC 7518, section 6).
  /(?<=\\*"(?:d|p|q|dp|dq|qi|k)\\*"\s*:\s*\\*")[\w+/=-]{16,}/g,
];

export function withoutKeys(text: string): string {
  return KEYS.reduce((rest, key) => rest.replace(key, HIDDEN), text);
}
