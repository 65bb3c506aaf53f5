#!/usr/bin/env node
/** `npx convex-token`: chooses the command, and tells errors as a person wants to read them. */
import { ConvexTokenError } from "../index.js";
import { jwksCommand } from "./jwks.js";
import { keysCommand } from "./keys.js";
import { UsageError, type Command } from "./command.js";

const commands: Record<string, Command> = { keys: keysCommand, jwks: jwksCommand };

const help = `convex-token: your own login, accepted by Convex

  npx convex-token keys    makes a key pair and puts the private key into .env.local
  npx convex-token jwks    prints the JWK set that belongs to the private key

Each command has --help and --json.
`;

function main([name, ...rest]: string[]): number {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help);
    return 0;
  }
  const command = commands[name];
  if (command === undefined) {
    process.stderr.write(`convex-token has no command "${name}".\n\n${help}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    command.run(rest);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${command.help}`);
      return 2;
    }
    if (error instanceof ConvexTokenError) {
      process.stderr.write(`${error.message}\n${error.hint}\n(${error.code})\n`);
      return 1;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
