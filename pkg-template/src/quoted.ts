/**
 * Values of options as an error may show them, for entries that do not load the core: the same as
 * `quoted_option` and `describe` there (`src/error.rs`, `src/wasm/values.rs`).
 */

/** The largest number of characters of a caller's text that an error quotes. */
const QUOTED_CHARACTERS = 120;

/**
 * Where a key begins that was put in an option's place: a long run of base64. A thumbprint has 43
 * characters, and each line of a key more than these 48.
 */
const KEY = /[\w+/=-]{49}/;

/** A text in quotes, shortened, up to where it may be a key; numbers as they are; of others the type. */
export function quoted(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return value === null ? "null" : `of the type ${typeof value}`;
  const shown = value.slice(0, beginOfKey(value));
  const characters = Array.from(shown.slice(0, 2 * QUOTED_CHARACTERS + 2));
  const isWhole = shown.length === value.length && characters.length <= QUOTED_CHARACTERS;
  const text = characters
    .slice(0, QUOTED_CHARACTERS)
    .join("")
    .replace(/\p{Cc}/gu, escaped);
  return `"${text}${isWhole ? "" : "…"}"`;
}

function beginOfKey(text: string): number {
  const places = [text.search(KEY), text.includes("kty") ? text.indexOf("{") : -1];
  return Math.min(text.length, ...places.filter((place) => place >= 0));
}

/** A control character as the core writes it, which is as Rust does. */
function escaped(character: string): string {
  const known: Record<string, string> = { "\t": "\\t", "\r": "\\r", "\n": "\\n" };
  return known[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`;
}
