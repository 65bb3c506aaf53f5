/**
 * What the console shows of what others have answered or thrown: little, on one line, since nobody
 * knows what stands in it.
 */

/** The most characters of a text of others. */
const MOST = 200;

/** The code of an error of this package's kind, or nothing for whatever else stands in its place. */
export function codeIn(value: unknown): string | undefined {
  return typeof value === "string" && /^ERR_[A-Z0-9_]{1,60}$/.test(value) ? value : undefined;
}

/** The media type of a `Content-Type`, without its parameters. */
export function mediaTypeIn(header: string | null): string {
  if (header === null) return "no content type";
  return /^\s*([\w.+-]{1,60}\/[\w.+-]{1,60})\s*(;|$)/.exec(header)?.[1] ?? "an odd content type";
}

/** A text, cut where it is long, with a space for whatever would begin another line. */
export function lineOf(text: string): string {
  const line = text.slice(0, MOST).replace(/[\p{C}\p{Z}]+/gu, " ");
  return text.length > MOST ? `${line}…` : line;
}

/** What was thrown, whatever it is. */
export function thrownAsText(thrown: unknown): string {
  try {
    return lineOf(String(thrown instanceof Error ? thrown.message : thrown));
  } catch {
    return "something that has no text";
  }
}
