/** `convex-token jwks`: the JWK set of the private key that is set. */
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
    const inEnvironment = process.env.CONVEX_AUTH_PRIVATE_KEY ?? process.env.JWT_PRIVATE_KEY;
    const inFile =
      readVariable(file, "CONVEX_AUTH_PRIVATE_KEY") ?? readVariable(file, "JWT_PRIVATE_KEY");
    const jwks = jwksFromKey(inEnvironment === undefined ? inFile : undefined);
    if (json) printJson(jwks);
    else process.stdout.write(`${JSON.stringify(jwks)}\n`);
  },
};
