// What the demo prints: a line a step, a line a check, and at the end how many checks passed.

const colours = process.stdout.isTTY && process.stdout.hasColors();
const paint = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);

const write = (text) => process.stdout.write(`${text}\n`);

export class Report {
  #passed = 0;
  #failed = 0;
  #titles = 0;

  title(text) {
    if (this.#titles++ > 0) write("");
    write(bold(text));
  }

  /** Something that was done, and how long it took if it has taken time since `since`. */
  step(text, since) {
    const duration =
      since === undefined ? "" : dim(` (${Math.round(performance.now() - since)} ms)`);
    write(`${dim("→")} ${text}${duration}`);
  }

  /** Something that must be so. `problem` says what is wrong, and is undefined when all is well. */
  check(name, problem, detail) {
    if (problem === undefined) this.#passed += 1;
    else this.#failed += 1;
    write(
      problem === undefined
        ? `${green("✓")} ${name}: ${detail}`
        : `${red("✗")} ${name}: ${problem}`,
    );
  }

  /** An error that ends the demo. */
  broken({ code, message, hint, cause }) {
    this.#failed += 1;
    const reason = hint
      ? `${code}: ${message} ${hint}`
      : [message, cause?.message].filter(Boolean).join(": ");
    write(`${red("✗")} the demo cannot go on: ${reason}`);
  }

  json(value) {
    write(JSON.stringify(value, null, 2));
  }

  /** The last line. Returns whether all is well. */
  summary() {
    const colour = this.#failed > 0 ? red : green;
    write(colour(`demo: ${this.#passed} passed, ${this.#failed} failed`));
    return this.#failed === 0;
  }
}
