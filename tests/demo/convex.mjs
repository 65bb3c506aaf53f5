// Convex's verdict on a token, by the program of tests/verify-as-convex.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { atEnd } from "./cleanup.mjs";

export class Convex {
  #verifier;

  constructor(verifier) {
    this.#verifier = verifier;
  }

  /**
   * Judges a token as a deployment with this one provider does.
   *
   * @returns {Promise<{ identity?: object, refusal?: Refusal }>} one of the two
   */
  async judge(token, provider) {
    const args = ["--providers", JSON.stringify([provider])];
    const { status, stdout, stderr } = await run(this.#verifier, args, token);
    if ((status !== 0 && status !== 1) || !stdout.startsWith("{")) {
      throw new Error(`the verifier ended with ${status}: ${stderr.trim() || "it said nothing"}`);
    }
    const { accepted, identity, ...refusal } = JSON.parse(stdout);
    return accepted ? { identity } : { refusal: new Refusal(refusal) };
  }
}

/** Why a token is refused: a code, what a developer is told, and what Convex logs beneath. */
class Refusal {
  constructor({ code, message, causes }) {
    this.code = code;
    this.message = message;
    this.causes = causes;
  }

  /** The first part of it that the pattern matches. */
  match(reason) {
    const parts = [this.code, this.message, ...this.causes];
    return parts.map((part) => part.match(reason)?.[0]).find(Boolean);
  }

  /** The code and the innermost cause. */
  toString() {
    return `${this.code}: ${this.causes.at(-1) ?? this.message}`;
  }
}

async function run(program, args, input) {
  const child = spawn(program, args, { timeout: 30_000 });
  atEnd(() => child.kill());
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => resolve(code ?? signal));
  });
  // A program that ends without having read its input tells why by its status.
  child.stdin.on("error", () => {}).end(input);
  const [status, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}
