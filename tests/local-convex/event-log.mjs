// What has happened, for tests to look at and to wait for.

export class EventLog {
  #events = [];
  #waiting = new Set();

  /** All events so far: `{ type, at, … }`, where `at` is in milliseconds since 1970. */
  get events() {
    return [...this.#events];
  }

  record(type, details = {}) {
    const event = { type, at: Date.now(), ...details };
    this.#events.push(event);
    for (const waiting of this.#waiting) waiting(event);
  }

  /** How many events there are of a type, or with all of these members. */
  count(wanted) {
    return this.#events.filter(matcher(wanted)).length;
  }

  /** Forgets what was, so that a test counts from here. */
  clear() {
    this.#events = [];
  }

  /**
   * Resolves to the next event of a type, or with all of these members.
   *
   * @param {string | Record<string, unknown> | ((event: object) => boolean)} wanted
   */
  next(wanted, { timeout = 10_000 } = {}) {
    const matches = matcher(wanted);
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        settle(value);
      };
      const waiting = (event) => matches(event) && end(resolve, event);
      const late = new Error(`no ${JSON.stringify(wanted) ?? wanted} event in ${timeout} ms`);
      const timer = setTimeout(end, timeout, reject, late);
      this.#waiting.add(waiting);
    });
  }
}

function matcher(wanted) {
  if (typeof wanted === "function") return wanted;
  const members = Object.entries(typeof wanted === "string" ? { type: wanted } : wanted);
  return (event) => members.every(([name, value]) => event[name] === value);
}
