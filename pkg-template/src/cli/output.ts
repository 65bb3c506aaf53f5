/** How the commands speak: results to stdout, everything beside them to stderr. */

/** Prints a value as JSON for programs. */
export function printJson(value: unknown): void {
  print(jsonText(value));
}

/** A value as JSON over several lines, in which nothing is left that a terminal would act on. */
export function jsonText(value: unknown): string {
  // JSON itself leaves the control characters from U+007F on as they are, and those that turn a line around.
  const text = JSON.stringify(value, null, 2);
  return text.replace(/[^\P{Cc}\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * A text in which somebody else has a say (a token, a server, a file), as one line without what a
 * terminal would act on: it could hide a verdict, or write another one below.
 */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

/** Prints what was asked for. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Prints what is good to know, without getting into a program's way. */
export function note(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
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
