// How the tests of vectors ask the package: its own functions, and its module where those take tokens only.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explainToken, finishToken } from "convex-token";
import { verifierOfBytes } from "../tools/core-of-bytes.mjs";

/** Whether a signature is a key's for a message of any bytes, says the built module. */
export const verifies = await verifierOfBytes(
  join(import.meta.dirname, "node_modules/convex-token"),
);

/** The JSON of a file in `tests/vectors`. */
export function vectors(path) {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../vectors", path), "utf8"));
}

export const hex = (digits) => Buffer.from(digits, "hex");

/** The checks of a token that are those of a JWS; the others are of its claims. */
const JWS_CHECKS = ["form", "type", "algorithm", "key-id", "key", "key-algorithm", "signature"];

/** Why a text is no JWS of a key of the set, whatever it claims: the code of the first check to fail. */
export function jwsRefusal(token, jwks) {
  const { checks } = explainToken(token, { jwks });
  const failed = checks.find(({ name, ok }) => JWS_CHECKS.includes(name) && ok !== true);
  return failed && (failed.code ?? "not reached");
}

/** The code of what a call throws, if it throws. */
export function codeOf(operation) {
  try {
    operation();
  } catch ({ code }) {
    return code;
  }
  return undefined;
}

/** Why a public JWK is refused: one that reads gets as far as to refuse a signature. */
export function publicKeyRefusal(publicJwk) {
  const prepared = { signingInput: "", publicJwk };
  const code = codeOf(() => finishToken(prepared, new Uint8Array(1)));
  return code === "ERR_SIGNATURE_REJECTED" ? undefined : code;
}
