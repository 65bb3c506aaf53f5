/** `convex-token keys`: a new key pair, its private half into a file, its public half for Convex. */
import { basename } from "node:path";
import { generateKeys, type Algorithm } from "../index.js";
import { EXIT_HELP, Exit, readArguments, type Command } from "./command.js";
import { variablesOf, withVariable } from "./env-text.js";
import { commandError } from "./errors.js";
import { SECRET_MODE, writeAll } from "./files.js";
import { areLeftoversCommittable, beside } from "./files/beside.js";
import { readText } from "./files/system.js";
import { isCommittable, isTracked } from "./git.js";
import { ENV_FILE } from "./local-key.js";
import { jsonText, print, printJson, printSecret } from "./output.js";

/** The variable that holds the private key. */
export const KEY_VARIABLE = "CONVEX_AUTH_PRIVATE_KEY";

const help = `convex-token keys: makes a key pair

  --algorithm NAME  RS256 (the default, any provider), EdDSA (oidc) or ES256 (customJwt)
  --file FILE       where the private key goes, as ${KEY_VARIABLE} (default: ${ENV_FILE})
  --json            prints the public half as JSON
  --print           prints the private key instead of writing it to a file

The file is made readable for you alone. A key that is there already is never replaced.

  npx convex-token keys
  npx convex-token keys --algorithm EdDSA --file .env.production.local

${EXIT_HELP}
`;

export const keysCommand: Command = {
  summary: "makes a key pair and puts the private key into .env.local",
  help,
  run(args) {
    const { options } = readArguments(args, {
      algorithm: { type: "string", default: "RS256" },
      file: { type: "string", default: ENV_FILE },
      json: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
    });
    const { file } = options;
    const before = options.print ? undefined : readText(file);
    if (variablesOf(before ?? "")[KEY_VARIABLE] !== undefined) {
      throw commandError("key-exists", { path: file, name: KEY_VARIABLE });
    }
    if (!options.print && isTracked(file)) throw commandError("key-committed", { path: file });
    const { algorithm, kid, privateKey, jwks } = generateKeys({
      algorithm: options.algorithm as Algorithm,
    });
    if (options.print) {
      const pair = { algorithm, kid, privateKey, jwks };
      printSecret(options.json ? jsonText(pair) : privateKey);
      return Exit.done;
    }
    const after = withVariable(before ?? "", KEY_VARIABLE, privateKey);
    writeAll([{ path: file, before, after, mode: SECRET_MODE }]);
    if (options.json) {
      printJson({ algorithm, kid, file, variable: KEY_VARIABLE, jwks });
      return Exit.done;
    }
    print(`Made an ${algorithm} key pair, kid ${kid}.
The private key is in ${file} as ${KEY_VARIABLE}.
${gitWarning(file)}
Publish the public half in your Convex deployment:

  npx convex env set JWKS '${JSON.stringify(jwks)}'
`);
    return Exit.done;
  },
};

function gitWarning(file: string): string {
  if (isCommittable(file) === true)
    return `\nWarning: git does not ignore ${file}. Add it to .gitignore before you commit.\n`;
  if (!areLeftoversCommittable(file)) return "";
  const leftovers = basename(beside(file, "tmp-*"));
  return `\nWarning: git ignores ${file}, but not what a run that is killed may leave beside it. Add ${leftovers} to .gitignore too.\n`;
}
