// Which rows of the tables of errors an error is of: by its sentences, as several rows share a code.
import { rowsOf, tablesOf } from "../../scripts/error-tables.mjs";

/** Stands in a row's sentences for whatever it quotes. */
const VALUE = "\u0001";

/** The rows of a table in TypeScript, by its file in pkg-template/src. */
export async function rowsIn(file) {
  const details = { name: VALUE, path: VALUE, found: VALUE, wanted: VALUE };
  return new ErrorRows(await rowsOf(file, details));
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

const PARTS = ["message", "hint", "convexMessage"];

/** The most characters of a value that a sentence quotes, and of what stands between two sentences. */
const LONGEST_VALUE = 4_000;
const LONGEST_GAP = 40;

class ErrorRows {
  #rows;

  constructor(rows) {
    this.#rows = rows.map(({ name, ...row }) => {
      const sentences = PARTS.filter((part) => row[part] !== undefined);
      return { name, sentences: sentences.map((part) => [part, row[part].split(VALUE)]) };
    });
  }

  get names() {
    return this.#rows.map(({ name }) => name);
  }

  /** The names of an error's rows. */
  of(error) {
    const fits = ([part, pieces]) => {
      const text = error[part] ?? "";
      return text.startsWith(pieces[0]) && endsOf(pieces, text, [0], 0).includes(text.length);
    };
    return this.#rows.filter(({ sentences }) => sentences.every(fits)).map(({ name }) => name);
  }

  /** The names of the rows whose sentences are in a text, one behind the other, as words or in JSON. */
  in(text) {
    const says = ({ sentences: [[, first], ...others] }) => {
      const ends = endsOf(first, text, [0], text.length);
      const rest = others.reduce((from, [, each]) => endsOf(each, text, from, LONGEST_GAP), ends);
      return rest.length > 0;
    };
    return this.#rows.filter(says).map(({ name }) => name);
  }
}

/**
 * Where a sentence may end in a text, that begins at most `gap` characters behind one of some places: its
 * pieces, with a value between each two.
 */
function endsOf([first, ...others], text, places, gap) {
  const ends = placesOf(first, text, places, gap);
  return others.reduce((from, piece) => placesOf(piece, text, from, LONGEST_VALUE), ends);
}

/** Where a piece ends that begins at most `gap` characters behind one of some places. */
function placesOf(piece, text, places, gap) {
  // A sentence that ends with a value may end anywhere behind it.
  if (piece === "") return places.length === 0 ? [] : everyPlace(places, text.length, gap);
  const ends = [];
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) {
    if (places.some((place) => place <= at && at <= place + gap)) ends.push(at + piece.length);
  }
  return ends;
}

function everyPlace(places, length, gap) {
  const all = new Set();
  for (const place of places) {
    for (let end = place; end <= Math.min(length, place + gap); end += 1) all.add(end);
  }
  return [...all];
}
