/** The errors of Web Crypto's signer. */
import { errorsOf, type ErrorTable } from "./error-table.js";

export const table = {
  "no-signing-key": () => ({
    code: "ERR_SIGNER",
    message: "The key is not a private CryptoKey that signs tokens for Convex.",
    hint: 'Give one for RSASSA-PKCS1-v1_5 with SHA-256, ECDSA with P-256 or Ed25519, with the usage "sign".',
  }),
  "public-half-missing": () => ({
    code: "ERR_SIGNER",
    message:
      "The private CryptoKey cannot be exported, so its public half does not follow from it.",
    hint: "Give the public key as the second argument of webCryptoSigner.",
  }),
} satisfies ErrorTable;

export const signerError = errorsOf(table);
