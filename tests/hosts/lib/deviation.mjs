// What a host did otherwise than it should: a sentence with what was expected and what was found.
// Such an error needs no stack; any other is a defect of this suite and keeps its own.

export class Deviation extends Error {
  /**
   * @param {string} expected
   * @param {unknown} found
   */
  constructor(expected, found) {
    super(`expected ${expected}, found ${found}`);
  }
}

/** The text of an error for the summary. */
export function explain(error) {
  return error instanceof Deviation ? error.message : (error.stack ?? String(error));
}
