// What may be thrown that is no error of the table, each with its reason. Whatever else is thrown is
// a failure.
import { isThrown } from "./values.mjs";

const exceptions = [
  // A getter, a proxy or a function of the caller's that throws: its error passes through.
  { is: isThrown },
  // What a revoked proxy throws when it is looked at, whoever looks.
  { type: TypeError, message: /proxy that has been revoked/ },
  // A class where a function belongs, such as a clock.
  { type: TypeError, message: /Class constructors? .*without 'new'/ },
];

/** Headers of 10,000 nested lists are refused anew, at each of some hundred requests of a case. */
export const isSlow = (name) => name === "createTokenFetcher";

/** What React reports when a getter has thrown in one attempt to render and not in the next. */
export const isReported = (error) =>
  !isThrown(error) && isLike(error, Error, /^There was an error during concurrent rendering/);

/** What is written to the console by others than the package. */
export const isOthersLine = (text) => text.startsWith("react-test-renderer is deprecated");

/** Looked at with care: it may be anything that throws when it is looked at. */
function isLike(error, type, message) {
  try {
    return error instanceof type && message.test(error.message);
  } catch {
    return false;
  }
}

/** A session may have been made by another version of the package, whose codes are others. */
export const isOthersCode = (code, name) =>
  ["convexToken", "tokenRoute", "pagesTokenRoute"].includes(name) &&
  /^ERR_[A-Z0-9_]{1,60}$/.test(code);

/**
 * Errors that quote an option by which nobody signs, or the kind of a key, so that its mistake is seen;
 * where the text may be a key it is cut there. Other secrets than keys are not told from names.
 */
const QUOTING =
  /^ERR_(ISSUER|PROVIDER|AUDIENCE|DURATION|KEY_ID|KEY_PURPOSE|KEY_UNSUPPORTED|ALGORITHM)/;

export const quotes = (code) => QUOTING.test(code ?? "");

/** Whether an error is the caller's own, or otherwise to be expected of an operation. */
export function isExcepted(name, error) {
  return exceptions.some(
    ({ of, is, type, message }) =>
      (of === undefined || of.includes(name)) && (is?.(error) ?? isLike(error, type, message)),
  );
}
