// Keys and names that the tests share, made anew in each process.
import assert from "node:assert/strict";
import { ConvexTokenError, generateKeys } from "convex-token";

export const issuer = "https://happy-animal-123.convex.site";
export const algorithms = ["RS256", "ES256", "EdDSA"];
export const keys = Object.fromEntries(
  algorithms.map((algorithm) => [algorithm, generateKeys({ algorithm })]),
);

/** A quick key for tests in which the algorithm does not matter. */
export const { privateKey, jwks, kid } = keys.EdDSA;

/** Calls a function that must throw, and checks the error's class, code and sentences. */
export function refused(code, operation) {
  let error;
  try {
    operation();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof ConvexTokenError, `expected a ConvexTokenError, found ${error}`);
  assert.equal(error.code, code, `${error.message} ${error.hint}`);
  checkSentences(error);
  return error;
}

/** The same for a promise. */
export async function refusedLater(code, promise) {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  return refused(code, () => {
    if (error !== undefined) throw error;
  });
}

/** Both sentences of an error are whole ones. */
export function checkSentences({ message, hint }) {
  for (const sentence of [message, hint]) {
    assert.match(sentence, /^[\S].*[.)]$/s);
    assert.doesNotMatch(sentence, /\[object |  /);
  }
}

/** The payload's own text: numbers have their digits there. */
export function payloadText(token) {
  return Buffer.from(token.split(".")[1], "base64url").toString("utf8");
}
