/**
 * How the commands speak: results to stdout, everything beside them to stderr. What looks like a private
 * key goes out by `printSecret` alone: people put keys where an address or a file's name belongs. So do
 * the secrets of the environment.
 */
import { withoutSecrets } from "./without-secrets.js";

/** Prints a value as JSON for programs. */
export function printJson(value: unknown): void {
  const safe = (_name: string, each: unknown) =>
    typeof each === "string" ? withoutSecrets(each) : each;
  write(process.stdout, jsonText(value, safe));
}

/** A value as JSON over several lines, in which nothing is left that a terminal would act on. */
export function jsonText(
  value: unknown,
  replace?: (name: string, each: unknown) => unknown,
): string {
  // JSON itself leaves the control characters from U+007F on as they are, and those that turn a line around.
  const text = JSON.stringify(value, replace, 2);
  return text.replace(/[^\P{Cc}\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * A text in which somebody else has a say (a token, a server, a file), as one line without what a
 * terminal would act on: it could hide a verdict, or write another one below.
 */
export function tame(text: string): string {
  // A key before it is broken into lines.
  return withoutSecrets(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

/** Prints what was asked for. */
export function print(text: string): void {
  write(process.stdout, withoutSecrets(text));
}

/** Prints a private key, for who has asked for it. */
export function printSecret(text: string): void {
  write(process.stdout, text);
}

/** Prints what is good to know, without getting into a program's way. */
export function note(text: string): void {
  write(process.stderr, withoutSecrets(text));
}

function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith("\n") ? text : `${text}\n`);
}

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 };

/** Colours a text, on a terminal that shows colours only: NO_COLOR and TERM=dumb are respected. */
export function colour(
  name: keyof typeof codes,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return stream.isTTY && stream.hasColors() ? `\u001b[${codes[name]}m${text}\u001b[0m` : text;
}
