// The command line as a person runs it, in a folder of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { note } from "./provoked.mjs";
import { watch } from "./watched.mjs";

const folders = [];
after(() => folders.forEach((each) => rmSync(each, { recursive: true, force: true })));

/** A new empty folder, gone when the tests are over. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "convex-token-cli-"));
  folders.push(folder);
  return folder;
}

/** A person's terminal, whatever runs the tests: Node takes one under CI for colourless. */
const aTerminal = {
  TERM: "xterm-256color",
  CI: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
};

/** The command of the package that is unpacked for a suite, in that suite's folder. */
export function commandLine(suite) {
  const main = join(suite, "node_modules/convex-token/dist/cli/main.js");

  /** Runs a command and waits for its end; `input` is piped into it. No secret is seen of it. */
  function run(folder, args, { input = "", env = {} } = {}) {
    const watched = watch(folder, args, { input, env });
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    return finished(child, watched, input);
  }

  /**
   * The same at a terminal, which `script` makes: each answer is typed when its question is there, or made then.
   */
  function runAtTerminal(folder, args, answers = [], { env = {}, columns } = {}) {
    const watched = watch(folder, args, { env });
    const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ");
    const command = columns === undefined ? words : `stty columns ${columns}; ${words}`;
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      cwd: folder,
      env: { ...process.env, ...aTerminal, ...env },
    });
    const waiting = [...answers];
    let seen = "";
    child.stdout.on("data", (chunk) => {
      seen += chunk;
      const next = waiting[0];
      if (next === undefined || !next.question.test(seen)) return;
      waiting.shift();
      seen = "";
      child.stdin.write(typeof next.answer === "function" ? next.answer() : next.answer);
    });
    return finished(child, watched);
  }

  return { main, run, runAtTerminal };
}

function finished(child, watched, input) {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (status) => {
      const result = { status, stdout, stderr };
      note(result);
      try {
        watched(result);
        resolve(result);
      } catch (error) {
        reject(error);
      }
    });
    if (input !== undefined) {
      child.stdin.on("error", () => {}); // It ended without reading.
      child.stdin.end(input);
    }
  });
}
