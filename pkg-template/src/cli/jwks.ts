/** `convex-token jwks`: the JWK set of the private key that is set. */
import { KEY_NAMES, environmentFor } from "../environment.js";
import { jwksFromKey } from "../index.js";
import { printJson, readOptions, type Command } from "./command.js";
import { readVariable } from "./env-file.js";

const help = `convex-token jwks: prints the JWK set that belongs to the private key

  --file FILE  where the private key is (default: .env.local); the environment goes first
  --json       prints it over several lines

The key is read from CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY. Only its public half is printed.
`;

export const jwksCommand: Command = {
  help,
  run(args) {
    const { file, json } = readOptions(args, {
      file: { type: "string", default: ".env.local" },
      json: { type: "boolean", default: false },
    });
    const inEnvironment = Object.keys(environmentFor({ key: true })).length > 0;
    const inFile = KEY_NAMES.map((name) => readVariable(file, name));
    const key = inEnvironment ? undefined : inFile.find((value) => value !== undefined);
    const jwks = jwksFromKey(key);
    if (json) printJson(jwks);
    else process.stdout.write(`${JSON.stringify(jwks)}\n`);
  },
};
