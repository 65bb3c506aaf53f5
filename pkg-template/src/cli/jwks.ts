/** `convex-token jwks`: the JWK set of the private key that is set. */
import { jwksFromKey } from "../index.js";
import { EXIT_HELP, Exit, readArguments, type Command } from "./command.js";
import { FILE_HELP, fileOption, requireKey } from "./local-key.js";
import { print, printJson } from "./output.js";

const help = `convex-token jwks: prints the JWK set that belongs to the private key

  ${FILE_HELP}
  --json       prints it over several lines

The key is read from CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY. Only its public half is printed.

  npx convex-token jwks
  npx convex-token jwks | npx convex env set JWKS          (convex 1.33 or later)

${EXIT_HELP}
`;

export const jwksCommand: Command = {
  summary: "prints the JWK set that belongs to the private key",
  help,
  run(args) {
    const { options } = readArguments(args, {
      ...fileOption,
      json: { type: "boolean", default: false },
    });
    const jwks = jwksFromKey(requireKey(options.file).value);
    if (options.json) printJson(jwks);
    else print(JSON.stringify(jwks));
    return Exit.done;
  },
};
