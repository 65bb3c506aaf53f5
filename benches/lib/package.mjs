// The package as scripts/build has left it in pkg/.
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const root = join(import.meta.dirname, "../..");
export const dist = join(root, "pkg/dist");

const load = (file) => import(pathToFileURL(join(dist, file)));

export const convexToken = await load("index.js");
export const { nodeSigner } = await load("node.js");
export const { webCryptoSigner } = await load("webcrypto.js");

export const issuer = "https://happy-animal-123.convex.site";
export const claims = { sub: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };

/** The kinds of keys that are measured. */
export const kinds = [
  { name: "RS256 2048", algorithm: "RS256", modulusLength: 2048, main: true },
  { name: "RS256 3072", algorithm: "RS256", modulusLength: 3072 },
  { name: "RS256 4096", algorithm: "RS256", modulusLength: 4096 },
  { name: "ES256", algorithm: "ES256", main: true },
  { name: "EdDSA", algorithm: "EdDSA", main: true },
];

/** Those of a run's options: the main ones when it is to be quick, those with one of the words. */
export function chosenKinds({ quick, words }) {
  const asked = ({ name }) => words.length === 0 || words.some((word) => name.includes(word));
  return kinds.filter((kind) => (kind.main || !quick) && asked(kind));
}

/** A pair of a kind, made by the host. */
export function keysOf({ algorithm, modulusLength }) {
  const { privateKey, publicKey } =
    algorithm === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength })
      : algorithm === "ES256"
        ? generateKeyPairSync("ec", { namedCurve: "P-256" })
        : generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  const jwks = convexToken.jwksFromKey(pem);
  const publicPem = publicKey.export({ format: "pem", type: "spki" });
  return { privateKey, publicKey, pem, publicPem, jwks, kid: jwks.keys[0].kid };
}
