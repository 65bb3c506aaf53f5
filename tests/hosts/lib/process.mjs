// Child processes: started in a group of their own with a clean environment, logged, limited in
// time, and always ended.

import { spawn } from "node:child_process";
import { Deviation } from "./deviation.mjs";

/** Nothing listens there: what a tool sends to the outside fails at once. */
const nowhere = "http://127.0.0.1:9";

/** Keeps what a host wrote, for the report of a failure. */
export class Log {
  #text = "";

  write(chunk) {
    this.#text += chunk;
  }

  get length() {
    return this.#text.length;
  }

  /** The last lines, of those that were written after the log had the length `start`. */
  tail(start = 0, lines = 25) {
    return this.#text.slice(start).trimEnd().split("\n").slice(-lines).join("\n");
  }
}

/** The processes of one host. */
export class Processes {
  #running = new Set();
  #ended = false;

  /**
   * @param {{ log: Log, home: string }} options `home`: a folder of its own for what tools keep
   */
  constructor({ log, home }) {
    this.log = log;
    this.home = home;
  }

  #spawn(command, args, { cwd, env = {} }) {
    if (this.#ended) throw new Deviation("a host that goes on", "that it was ended");
    const child = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        LANG: "C.UTF-8",
        HOME: this.home,
        TMPDIR: this.home,
        CI: "1",
        NO_COLOR: "1",
        DO_NOT_TRACK: "1",
        NEXT_TELEMETRY_DISABLED: "1",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
        DENO_NO_UPDATE_CHECK: "1",
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        NO_PROXY: "127.0.0.1,localhost",
        ...env,
      },
    });
    this.#running.add(child);
    this.log.write(`$ ${[command, ...args].join(" ")}\n`);
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (chunk) => {
        output[stream] += chunk;
        // A report on stdout is read, not logged: it would push the log's end out of sight.
        if (stream === "stderr" || !chunk.startsWith('{"claims"')) this.log.write(chunk);
      });
    }
    const ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? signal));
    }).finally(() => this.#running.delete(child));
    return { child, output, ended };
  }

  /** Runs a command to its end; a status other than 0 is an error. */
  async run(command, args, options) {
    const { output, ended } = this.#spawn(command, args, options);
    const status = await ended;
    if (status !== 0) {
      throw new Deviation(`status 0 of ${[command, ...args].join(" ")}`, status);
    }
    return output;
  }

  /** Starts a server and waits until `url` answers. */
  async serve(command, args, { url, ...options }) {
    let status;
    const { ended } = this.#spawn(command, args, options);
    ended.then((code) => (status = code)).catch((error) => (status = error.message));
    while (status === undefined) {
      try {
        await fetch(url, { signal: AbortSignal.timeout(5000) });
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    throw new Deviation(`a server at ${url}`, `that it ended with status ${status}`);
  }

  /** Ends every process that still runs, with its children, and starts no other. */
  end() {
    this.#ended = true;
    for (const child of this.#running) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    }
    this.#running.clear();
  }
}

/** Rejects when `promise` takes longer than `milliseconds`. */
export async function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Deviation(`${what} within ${milliseconds / 1000} s`, "no end of it");
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
