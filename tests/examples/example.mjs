// An example of examples/, in a copy outside of this tree. The copy stays, so that only a changed lock
// file has npm install anew: ~/.cache/convex-token/examples, or in the folder CONVEX_TOKEN_CACHE.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findTarball, unpackInto } from "../tools/tarball.mjs";

export const examples = join(import.meta.dirname, "../../examples");

/** What is made by installing and building, or holds secrets: not part of an example. */
const made = ["node_modules", "dist", ".next", ".wrangler", ".env.local", ".dev.vars"];

export class Example {
  #name;
  #work;
  #running = new Set();

  /** @param {string} name of the folder in examples/ */
  constructor(name) {
    this.#name = name;
    const lock = readFileSync(join(examples, name, "package-lock.json"));
    const key = createHash("sha256")
      .update(lock)
      .update(process.platform + process.arch);
    this.#work = join(cache(), "examples", `${name}-${key.digest("hex").slice(0, 12)}`);
    this.folder = join(this.#work, "examples", name);
  }

  /** Copies the example, and installs what its lock file names and the package as it is now. */
  async install() {
    await this.#reserve();
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (name !== "node_modules") rmSync(join(this.folder, name), { recursive: true });
    }
    cpSync(join(examples, this.#name), this.folder, {
      recursive: true,
      filter: (path) => !made.includes(basename(path)) && !path.endsWith(".tsbuildinfo"),
    });
    const installed = join(this.folder, "node_modules/.installed");
    if (!existsSync(installed)) {
      mkdirSync(join(this.#work, "pkg"), { recursive: true });
      copyFileSync(findTarball(), join(this.#work, "pkg", basename(findTarball())));
      await this.succeed("npm", ["ci", "--prefer-offline", "--loglevel=error"]);
      writeFileSync(installed, "");
    }
    unpackInto(this.folder);
  }

  /** Runs `npm run NAME`: `{ status, stdout, stderr }`. */
  script(name, env) {
    return this.run("npm", ["run", "--silent", name], env);
  }

  /** Runs a command in the example's folder, with these variables and hardly any other. */
  async run(command, args = [], env = {}) {
    const { output, ended } = this.#start(command, args, env);
    return { status: await ended, ...output };
  }

  /** As `run`, but a status other than 0 is an error. */
  async succeed(command, args, env) {
    const { status, stdout, stderr } = await this.run(command, args, env);
    if (status === 0) return stdout;
    const call = [command, ...args].join(" ");
    throw new Error(`${call} ended with ${status}:\n${(stdout + stderr).slice(-4000)}`);
  }

  /** Starts a server, and waits for the address that it prints. */
  async serve(command, args, env) {
    const { output, ended } = this.#start(command, args, env);
    let status;
    ended.then((code) => (status = code));
    while (status === undefined) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? [];
      if (url) return url;
      await wait(50);
    }
    const call = [command, ...args].join(" ");
    throw new Error(`${call} ended with ${status}:\n${output.stdout + output.stderr}`);
  }

  /** The process of the last server that was started. */
  get pid() {
    return [...this.#running].at(-1)?.child.pid;
  }

  /** Ends what runs. */
  async close() {
    for (const { child } of this.#running) process.kill(-child.pid, "SIGTERM");
    await Promise.all([...this.#running].map(({ ended }) => ended));
    rmSync(this.#reservation, { force: true });
  }

  #start(command, args, env) {
    const { PATH, HOME } = process.env;
    const child = spawn(command, args, {
      cwd: this.folder,
      detached: true, // A group of its own: npm's and wrangler's children end with them.
      env: { PATH, HOME, NO_COLOR: "1", CI: "1", WRANGLER_SEND_METRICS: "false", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
    }
    const running = { child, output };
    this.#running.add(running);
    running.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? signal));
    }).finally(() => this.#running.delete(running));
    return running;
  }

  get #reservation() {
    return join(this.#work, "used-by");
  }

  /** Waits while another run, perhaps of another clone, uses the copy. */
  async #reserve() {
    mkdirSync(this.#work, { recursive: true });
    for (;;) {
      try {
        writeFileSync(this.#reservation, `${process.pid}`, { flag: "wx" });
        return;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
        if (!isRunning(Number(readFileSync(this.#reservation, "utf8")))) {
          rmSync(this.#reservation, { force: true });
        } else await wait(500);
      }
    }
  }
}

function cache() {
  const { CONVEX_TOKEN_CACHE, XDG_CACHE_HOME = join(homedir(), ".cache") } = process.env;
  return CONVEX_TOKEN_CACHE ?? join(XDG_CACHE_HOME, "convex-token");
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
