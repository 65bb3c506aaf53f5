// The variables of the deployment, as `npx convex env` sees them.

export class Environment {
  #builtIn;
  #variables = new Map();

  /** @param {Record<string, string>} builtIn what each deployment has, and nobody can set */
  constructor(builtIn) {
    this.#builtIn = builtIn;
  }

  /** What a function finds in process.env. */
  get all() {
    return { ...this.list(), ...this.#builtIn };
  }

  /** What has been set, by name. */
  list() {
    return Object.fromEntries([...this.#variables].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get(name) {
    return this.#variables.get(name);
  }

  /** A copy with some values set, and removed where they are null or undefined. */
  with(changes) {
    const changed = new Environment(this.#builtIn);
    changed.#variables = new Map(this.#variables);
    for (const [name, value] of Object.entries(changes)) {
      if (name in this.#builtIn) {
        throw new Error(
          `Environment variable with name "${name}" is built-in and cannot be overridden`,
        );
      }
      if (value == null) changed.#variables.delete(name);
      else changed.#variables.set(name, String(value));
    }
    return changed;
  }
}
