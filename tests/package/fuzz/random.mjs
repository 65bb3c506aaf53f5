// Choices that are the same for the same seed.

/** A generator of 32-bit numbers (mulberry32) and choices by them. */
export class Random {
  #state;

  /** @param numbers one after another, such as a seed and the number of a case. */
  constructor(...numbers) {
    this.#state = 0x9e3779b9;
    for (const number of numbers) {
      this.#state = Math.imul(this.#state ^ number, 0x85ebca6b) ^ (number / 0x1_0000_0000);
      this.next();
    }
  }

  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  below(limit) {
    return this.next() % limit;
  }

  /** True in so many of a hundred cases. */
  percent(share) {
    return this.below(100) < share;
  }

  of(list) {
    return list[this.below(list.length)];
  }
}
