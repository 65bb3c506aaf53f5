// What the demo prints: a line a step, a line a check, and at the end how many checks passed.

const colours = process.stdout.isTTY && process.stdout.hasColors();
const paint = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);

const write = (text) => process.stdout.write(text);

export class Report {
  #passed = 0;
  #failed = 0;

  title(text) {
    write(`\n${bold(text)}\n`);
  }

  line(text = "") {
    write(`${text}\n`);
  }

  /** Something that takes time: it is named before it begins, its duration when it is over. */
  async step(text, action) {
    if (process.stdout.isTTY) write(`${dim("→")} ${text} …`);
    const started = performance.now();
    try {
      const result = await action();
      const duration = dim(`(${((performance.now() - started) / 1000).toFixed(1)} s)`);
      write(`${process.stdout.isTTY ? "\r\x1b[K" : ""}${dim("→")} ${text} ${duration}\n`);
      return result;
    } catch (error) {
      if (process.stdout.isTTY) write("\n");
      throw error;
    }
  }

  /** Something that must be so. `check` returns a detail to show, or throws what is wrong. */
  async check(name, check) {
    try {
      const detail = await check();
      this.#passed += 1;
      write(`${green("✓")} ${name}${detail ? `: ${detail}` : ""}\n`);
    } catch (error) {
      this.#failed += 1;
      write(`${red("✗")} ${name}: ${error.message}\n`);
    }
  }

  /** An error that ends the demo. */
  broken({ code, message, hint }) {
    this.#failed += 1;
    const reason = hint ? `${code}: ${message} ${hint}` : message;
    write(`${red("✗")} the demo cannot go on: ${reason}\n`);
  }

  json(value) {
    write(`${JSON.stringify(value, null, 2)}\n`);
  }

  get failed() {
    return this.#failed;
  }

  /** The last line. */
  summary() {
    const colour = this.#failed > 0 ? red : green;
    write(`${colour(`demo: ${this.#passed} passed, ${this.#failed} failed`)}\n`);
  }
}
