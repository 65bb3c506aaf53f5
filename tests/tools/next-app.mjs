// A Next.js project of examples/: installed with the packed package, built, and served.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";
import { unpackInto } from "./tarball.mjs";

/** What of this process's environment the app and its build get. */
const { PATH, HOME } = process.env;
const inherited = { PATH, HOME, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };

export class NextApp {
  #folder;
  #server;

  /** @param {string} folder of the project */
  constructor(folder) {
    this.#folder = folder;
  }

  /** Installs what the lock file names, unless that has been done, and the package as it is now. */
  async install() {
    const lock = readFileSync(join(this.#folder, "package-lock.json"), "utf8");
    const stamp = join(this.#folder, "node_modules/.installed-lock.json");
    if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
      await this.#run("npm", ["ci", "--loglevel=error"]);
      writeFileSync(stamp, lock);
    }
    unpackInto(this.#folder);
  }

  /** Builds with these variables: those that begin with NEXT_PUBLIC_ become part of the result. */
  async build(env) {
    await this.#run(process.execPath, [this.#next, "build"], env);
  }

  /**
   * Serves what was built, in place of a server that runs, and on its port.
   *
   * @param {Record<string, string>} env all that the server gets
   */
  async serve(env) {
    await this.close();
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const args = [this.#next, "start", "--hostname", "127.0.0.1", "--port", `${this.port}`];
    this.#server = this.#start(process.execPath, args, { AUTH_URL: this.url, ...env });
    await this.#answering();
  }

  async close() {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.child.kill();
    await server.ended;
  }

  /** The server's process. */
  get pid() {
    return this.#server?.child.pid;
  }

  get #next() {
    return join(this.#folder, "node_modules/next/dist/bin/next");
  }

  async #answering() {
    const server = this.#server;
    let status;
    server.ended.then((code) => (status = code));
    while (status === undefined) {
      const response = await fetch(`${this.url}/api/auth/csrf`).catch(() => undefined);
      if (response) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`next start ended with ${status}:\n${server.output()}`);
  }

  async #run(command, args, env = {}) {
    const { ended, output } = this.#start(command, args, env);
    const status = await ended;
    if (status === 0) return;
    throw new Error(`${[command, ...args].join(" ")} ended with ${status}:\n${output()}`);
  }

  #start(command, args, env) {
    const child = spawn(command, args, {
      cwd: this.#folder,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    }
    // It must not outlive this process, however that ends.
    const kill = () => child.kill();
    process.once("exit", kill);
    const ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? signal));
    }).finally(() => process.off("exit", kill));
    return { child, ended, output: () => text.slice(-4000) };
  }

  /** The last of what the server wrote. */
  get output() {
    return this.#server?.output() ?? "";
  }
}
