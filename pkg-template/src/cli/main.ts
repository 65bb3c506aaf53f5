#!/usr/bin/env node
/** `npx convex-token`: chooses the command, and tells errors as a person wants to read them. */
import { readFileSync } from "node:fs";
import { ConvexTokenError } from "../index.js";
import { Exit, UsageError, nearest, type Command } from "./command.js";
import { doctorCommand } from "./doctor.js";
import { commandError } from "./errors.js";
import { initCommand } from "./init.js";
import { inspectCommand } from "./inspect.js";
import { jwksCommand } from "./jwks.js";
import { keysCommand } from "./keys.js";
import { colour, note, print, printJson, tame } from "./output.js";
import { rotateCommand } from "./rotate.js";
import { signCommand } from "./sign.js";
import { verifyCommand } from "./verify.js";
import { noteSecrets } from "./without-secrets.js";

/** In the order in which people meet them. */
const commands: Record<string, Command> = {
  init: initCommand,
  keys: keysCommand,
  jwks: jwksCommand,
  rotate: rotateCommand,
  sign: signCommand,
  verify: verifyCommand,
  inspect: inspectCommand,
  doctor: doctorCommand,
};

const help = `convex-token: your own login, accepted by Convex

${Object.entries(commands)
  .map(([name, { summary }]) => `  npx convex-token ${name.padEnd(8)} ${summary}`)
  .join("\n")}

Each command has --help and --json; --version says which this is. Keys and tokens are never words of
a call.
`;

/** The version of the package that this file is in. */
function ownVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === "help" && rest[0] !== undefined) return main([rest[0], "--help"]);
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    print(help);
    return Exit.done;
  }
  if (name === "--version" || name === "-v") {
    print(ownVersion());
    return Exit.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const meant = nearest(name, Object.keys(commands));
    note(
      `convex-token has no command "${tame(name)}".${meant ? ` Did you mean ${meant}?` : ""}\n\n${help}`,
    );
    return Exit.usage;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    print(command.help);
    return Exit.done;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    return tell(error, name, rest.includes("--json"));
  }
}

/** Tells an error; for programs as one JSON object on stdout, where they look for the result. */
function tell(thrown: unknown, name: string, json: boolean): number {
  const { code, message, hint } = ofTable(thrown, name);
  if (json) printJson({ error: { code, message, hint } });
  else note(`${colour("red", tame(message), process.stderr)}\n${tame(hint)}\n(${code})`);
  return WORDS.has(code) ? Exit.usage : Exit.failed;
}

/** What was thrown as an error of the tables. */
function ofTable(thrown: unknown, name: string): ConvexTokenError {
  if (thrown instanceof ConvexTokenError) return thrown;
  const found = thrown instanceof Error ? thrown.message : String(thrown);
  return commandError(thrown instanceof UsageError ? "usage" : "system", { name, found });
}

/** The codes of errors that the words of the call mend: nothing was tried. */
const WORDS = new Set(["ERR_USAGE", "ERR_NEEDS_CONFIRMATION", "ERR_TOKEN_ARGUMENT"]);

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

noteSecrets(process.env);
process.exitCode = await main(process.argv.slice(2));
