/** Texts as people paste them. */

/**
 * The token in a pasted text: without "Bearer", the header's name, quotes, line breaks, or the JSON of
 * a token route around it.
 *
 * @param {string} text
 */
export function tokenIn(text) {
  let token = text.trim();
  const [, inJson] =
    /^\{\s*"(?:token|value|access_token)"\s*:\s*"([^"]*)"[^]*\}$/.exec(token) ?? [];
  token = inJson ?? token;
  token = token.replace(/^["'`]+|["'`,;]+$/g, "");
  token = token.replace(/^authorization\s*:\s*/i, "").replace(/^bearer\s+/i, "");
  return token.replace(/^["'`]+|["'`,;]+$/g, "").replace(/\s+/g, "");
}

/**
 * A value without the quotes that a shell or a file of variables has around it.
 *
 * @param {string} text
 */
export function unquoted(text) {
  return text
    .trim()
    .replace(/^(['"`])([^]*)\1$/, "$2")
    .trim();
}

/**
 * The text in a data: URI (RFC 2397); undefined when it is damaged.
 *
 * @param {string} uri
 * @returns {string | undefined}
 */
export function textOfDataUri(uri) {
  const [, type, data] = /^data:([^,]*),([^#]*)/is.exec(uri) ?? [];
  if (type === undefined || data === undefined) return undefined;
  try {
    if (!/;\s*base64\s*$/i.test(type)) return decodeURIComponent(data);
    return utf8(atob(decodeURIComponent(data)));
  } catch {
    return undefined;
  }
}

/**
 * The JSON of a part of a token, indented; undefined when it is none.
 *
 * @param {string} part
 * @returns {string | undefined}
 */
export function jsonOfPart(part) {
  try {
    const text = utf8(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** @param {string} binary */
function utf8(binary) {
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/**
 * A time in seconds since 1970: seconds, milliseconds, or a date of ISO 8601, which is in UTC unless it
 * says otherwise. Undefined when it is none.
 *
 * @param {string} text
 * @returns {number | undefined}
 */
export function timeIn(text) {
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed)) {
    const number = Number(trimmed);
    return number >= 1e11 ? number / 1000 : number;
  }
  const date =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;
  const [, day, minute = "00:00", second = "", zone = "Z"] = date.exec(trimmed) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T${minute}${second}${/^(z|utc)$/i.test(zone) ? "Z" : zone}`);
  return Number.isNaN(at) ? undefined : at / 1000;
}
