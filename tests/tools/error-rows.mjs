// Which rows of the tables of errors an error is of: by its sentences, as several rows share a code.
import { rowsOf, tablesOf } from "../../scripts/error-tables.mjs";

/** Stands in a row's sentences for whatever it quotes. */
const VALUE = "\u0001";

/** The rows of tables in TypeScript, by their files in pkg-template/src. */
export async function rowsIn(files) {
  const details = { name: VALUE, path: VALUE, found: VALUE, wanted: VALUE };
  return new ErrorRows(await rowsOf(files, details));
}

/**
 * The rows of the core: its errors, the hints of those whose hint depends on what was found, and what
 * Convex says (src/error.rs, src/convex/message.rs).
 */
export async function rowsOfCore() {
  const { SENTENCES } = await tablesOf("sentences.ts");
  const rows = [];
  for (const [name, sentence] of Object.entries(SENTENCES)) {
    const text = sentence.replace(/\{\d\}/g, VALUE);
    const hint = SENTENCES[`${name}.hint`]?.replace(/\{\d\}/g, VALUE);
    if (name.endsWith(".hint")) continue;
    if (name.startsWith("convex.")) rows.push({ name, convexMessage: text });
    else rows.push(hint === undefined ? { name, hint: text } : { name, message: text, hint });
  }
  return new ErrorRows(rows);
}

const SENTENCES = ["message", "hint", "convexMessage"];

class ErrorRows {
  #rows;

  constructor(rows) {
    this.#rows = rows.map((row) => {
      const parts = SENTENCES.filter((part) => row[part] !== undefined);
      return {
        name: row.name,
        patterns: parts.map((part) => [part, patternOf(row[part])]),
        pieces: parts.flatMap((part) => row[part].split(VALUE)).filter((piece) => piece !== ""),
      };
    });
  }

  get names() {
    return this.#rows.map(({ name }) => name);
  }

  /** The names of an error's rows. */
  of(error) {
    const fits = ([part, pattern]) => new RegExp(`^${pattern}$`).test(error[part] ?? "");
    return this.#rows.filter(({ patterns }) => patterns.every(fits)).map(({ name }) => name);
  }

  /** The names of the rows whose sentences are in one of some texts, in turn, as words or in JSON. */
  in(...texts) {
    const isThere = ({ pieces }) => texts.some((text) => hasInTurn(text, pieces));
    return this.#rows.filter(isThere).map(({ name }) => name);
  }
}

/** The longest of what a sentence quotes, and of what is between two. */
const FAR = 500;

/** Whether a text has pieces one behind the other: a pattern would take minutes for it. */
function hasInTurn(text, [first, ...rest]) {
  for (let at = text.indexOf(first); at !== -1; at = text.indexOf(first, at + 1)) {
    let end = at + first.length;
    const isNext = (piece) => {
      const place = text.slice(end, end + FAR + piece.length).indexOf(piece);
      end += place + piece.length;
      return place !== -1;
    };
    if (rest.every(isNext)) return true;
  }
  return false;
}

/** A row's sentence with anything where it quotes something. */
function patternOf(sentence) {
  const pieces = sentence.split(VALUE);
  return pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
}
