/** `convex-token keys`: a new key pair, its private half into a file, its public half for Convex. */
import { generateKeys, type Algorithm } from "../index.js";
import { printJson, readOptions, type Command } from "./command.js";
import { addVariable, isCommittable, readVariable } from "./env-file.js";

const VARIABLE = "CONVEX_AUTH_PRIVATE_KEY";

const help = `convex-token keys: makes a key pair

  --algorithm NAME  RS256 (the default, any provider), EdDSA (oidc) or ES256 (customJwt)
  --file FILE       where the private key goes, as ${VARIABLE} (default: .env.local)
  --json            prints the public half as JSON
  --print           prints the private key instead of writing it to a file

The file is made readable for you alone. A key that is there already is never replaced.
`;

export const keysCommand: Command = {
  help,
  run(args) {
    const options = readOptions(args, {
      algorithm: { type: "string", default: "RS256" },
      file: { type: "string", default: ".env.local" },
      json: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
    });
    const { file } = options;
    if (!options.print && readVariable(file, VARIABLE) !== undefined) {
      throw new Error(
        `${file} has a ${VARIABLE} already. Nothing was changed: take that line out first if you want another key.`,
      );
    }
    const { algorithm, kid, privateKey, jwks } = generateKeys({
      algorithm: options.algorithm as Algorithm,
    });
    if (options.print) {
      if (options.json) printJson({ algorithm, kid, privateKey, jwks });
      else process.stdout.write(privateKey);
      return;
    }
    addVariable(file, VARIABLE, privateKey);
    if (options.json) {
      printJson({ algorithm, kid, file, variable: VARIABLE, jwks });
      return;
    }
    process.stdout.write(`Made an ${algorithm} key pair, kid ${kid}.
The private key is in ${file} as ${VARIABLE}.
${
  isCommittable(file) === true
    ? `\nWarning: git does not ignore ${file}. Add it to .gitignore before you commit.\n`
    : ""
}
Publish the public half in your Convex deployment:

  npx convex env set JWKS '${JSON.stringify(jwks)}'
`);
  },
};
