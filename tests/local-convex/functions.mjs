// The deployment's functions, which run in a process of their own: its environment is theirs.
import { fork } from "node:child_process";
import { join } from "node:path";

/** For the context in which auth.config.ts is evaluated. */
const execArgv = ["--experimental-vm-modules", "--no-warnings"];

const program = join(import.meta.dirname, "functions-process.mjs");

export class Functions {
  #child;
  #ended;
  #waiting = new Map();
  #next = 0;

  /**
   * @param {string} folder of the bundled modules
   * @param {string[]} modules their paths
   * @param {Record<string, string>} env all that is in process.env there
   */
  constructor(folder, modules, env) {
    this.#child = fork(program, [folder, JSON.stringify(modules)], { env, execArgv });
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.on("message", ({ id, value, error }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(value);
    });
    this.#child.once("close", (code) => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`the process of the functions ended with ${code}`));
      }
    });
  }

  /** What auth.config.ts exports with these variables, or no providers for a project without it. */
  authConfig(env) {
    return this.#ask({ task: "authConfig", env });
  }

  /** From now on the functions see these variables; their modules are evaluated anew. */
  setEnvironment(env) {
    return this.#ask({ task: "setEnvironment", env });
  }

  /**
   * Runs a function that clients may call.
   *
   * @param {"query" | "mutation" | "action"} kind
   * @param {string} path such as `messages:list`
   * @param {object} args in Convex's JSON
   * @param {object | null} identity
   * @returns {Promise<object>} `{ value }` in Convex's JSON, or `{ errorMessage, errorData? }`
   */
  run(kind, path, args, identity) {
    return this.#ask({ task: "run", kind, path, args, identity });
  }

  /** Runs a function of any kind, internal ones too, as whoever has the admin key may. */
  runAsAdmin(path, args) {
    return this.#ask({ task: "runAsAdmin", path, args });
  }

  /**
   * Has the routes of http.ts answer.
   *
   * @param {{ method: string, url: string, headers: string[][], body?: string }} request its body
   *   in base64
   * @returns {Promise<{ status: number, headers: string[][], body: string }>}
   */
  fetch(request, identity) {
    return this.#ask({ task: "fetch", request, identity });
  }

  /** The answers that are not there yet. */
  get waiting() {
    return [...this.#waiting.values()].map(({ answer }) => answer);
  }

  async close() {
    this.#child.kill();
    await this.#ended;
  }

  #ask(question) {
    const id = this.#next++;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, ...question }, (error) => error && reject(error));
    });
    this.#waiting.get(id).answer = answer;
    return answer;
  }
}
