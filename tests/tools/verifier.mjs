// Convex's verdict on a token, by the program of tests/verify-as-convex: one process that judges
// line after line.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");

/** The path of the program, which cargo builds. */
export function findVerifier() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const program = join(target, "release/verify-as-convex");
  if (!existsSync(program)) {
    throw new Error(
      `${program} is not there: run cargo build --release --package verify-as-convex first.`,
    );
  }
  return program;
}

export class Verifier {
  #child;
  #ended;
  #waiting = new Map();
  #failure;
  #next = 0;

  /** @param {string[]} options of the program, beside `--batch` */
  constructor({ program = findVerifier(), options = [] } = {}) {
    this.#child = spawn(program, ["--batch", ...options], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.once("error", (error) => this.#fail(error));
    this.#child.once("close", (code) => this.#fail(new Error(`the verifier ended with ${code}`)));
    // Who waits for an answer is told by the end of the process.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const { id, ...judgement } = JSON.parse(line);
      this.#waiting.get(id)?.resolve(judgement);
      this.#waiting.delete(id);
    });
  }

  /**
   * Judges a token as a deployment with these providers does.
   *
   * @param {string} token
   * @param {object} question
   * @param {object[]} question.providers those of auth.config.ts
   * @param {number} [question.now] in seconds since 1970; else the present
   * @param {Record<string, string>} [question.resolve] local servers to fetch from, by host
   * @returns {Promise<object>} `{ accepted: true, identity }`, or
   *   `{ accepted: false, code, message, status, causes }`
   */
  async judge(token, { providers, now, resolve }) {
    const id = this.#next++;
    const line = JSON.stringify({ id, token, providers, now, resolve });
    const answer = new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${line}\n`);
    });
    this.#waiting.get(id).answer = answer;
    const judgement = await answer;
    if (judgement.error) throw new Error(`the verifier: ${judgement.error}`);
    return judgement;
  }

  /** The answers that are not there yet. */
  get waiting() {
    return [...this.#waiting.values()].map(({ answer }) => answer);
  }

  async close() {
    this.#child.stdin.end();
    await this.#ended;
  }

  #fail(error) {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
