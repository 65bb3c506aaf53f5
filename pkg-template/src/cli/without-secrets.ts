/** Texts without the private keys in them, and without the secrets that this run has read. */

/** What stands for a key that is not shown. */
const HIDDEN = "(a private key, not shown)";
const HIDDEN_SECRET = "(a secret, not shown)";

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

/** Variables whose values are secrets, by what they are called. */
const SECRET_NAME = /SECRET|PASSWORD|DEPLOY_KEY|ADMIN_KEY/;

/** Whatever is shorter may be a word of a sentence. */
const SHORTEST_SECRET = 12;

const secrets = new Set<string>();

/**
 * Takes note of the secrets among variables: nothing tells a shared secret from any other text when it
 * turns up under another name, as an address for instance, but that it is a secret's value too.
 */
export function noteSecrets(variables: Readonly<Partial<Record<string, string>>>): void {
  for (const [name, value = ""] of Object.entries(variables)) {
    if (SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET) secrets.add(value);
  }
}

export function withoutSecrets(text: string): string {
  const withoutKeys = KEYS.reduce((rest, key) => rest.replace(key, HIDDEN), text);
  return [...secrets].reduce((rest, secret) => rest.replaceAll(secret, HIDDEN_SECRET), withoutKeys);
}
