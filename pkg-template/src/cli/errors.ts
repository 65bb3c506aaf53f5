/**
 * The errors of the command line, in one table as everywhere in this package: a stable code, one
 * sentence of what is wrong and one of how to mend it. They stand apart from those of the other
 * integrations, so that no browser is sent them.
 */
import { errorsOf, type ErrorTable } from "../error-table.js";

/** The table, from which docs/errors.md is made as well. */
export const table = {
  usage: ({ name, found }) => ({
    code: "ERR_USAGE",
    message: found,
    hint: `See npx convex-token ${name} --help.`,
  }),
  system: ({ found }) => ({
    code: "ERR_SYSTEM",
    message: `The command could not go on: ${found}`,
    hint: "Mend what the system names here; if it names nothing of yours, report it with the command that you ran.",
  }),
  "file-missing": ({ path }) => ({
    code: "ERR_FILE_MISSING",
    message: `There is no file ${path}.`,
    hint: "Check the path: it is looked for from the folder that you are in.",
  }),
  "file-read": ({ path, found }) => ({
    code: "ERR_FILE_READ",
    message: `${path} could not be read (${found}).`,
    hint: "It has to be a file, not a folder, that you may read: `ls -ld` shows what it is and whose.",
  }),
  "file-changed": ({ path }) => ({
    code: "ERR_FILE_CHANGED",
    message: `${path} was changed by somebody else meanwhile, so nothing was written.`,
    hint: "Run the command again: it reads the file as it is now.",
  }),
  "file-busy": ({ path, name }) => ({
    code: "ERR_FILE_BUSY",
    message: `Another convex-token command is changing ${path}, so nothing was written.`,
    hint: `Run the command again when that one has ended; if there is none, remove ${name}.`,
  }),
  "file-write": ({ path, found }) => ({
    code: "ERR_FILE_WRITE",
    message: `${path} could not be written (${found}); nothing that was there is lost.`,
    hint: "Make room on the disk, or let yourself write in the file's folder, then run the command again.",
  }),
  "key-missing": ({ path }) => ({
    code: "ERR_KEY_MISSING",
    message: `There is no private key: neither the environment nor ${path} has CONVEX_AUTH_PRIVATE_KEY or JWT_PRIVATE_KEY.`,
    hint: "Run `npx convex-token keys`, which makes one, or name the file that has it with `--file`.",
  }),
  "key-exists": ({ path, name }) => ({
    code: "ERR_KEY_EXISTS",
    message: `${path} has a ${name} already, and nothing was changed.`,
    hint: "`npx convex-token rotate` replaces a key without a refused token; for a new start take that line out first.",
  }),
  "no-manifest": ({ found }) => ({
    code: "ERR_NO_PROJECT",
    message: "There is no package.json in this folder.",
    hint:
      found === ""
        ? "Go to the folder of your Next.js app first; `npx create-next-app@latest` makes one."
        : `Go to the folder of your Next.js app first: \`cd ${found}\`.`,
  }),
  "package-missing": ({ name, found }) => ({
    code: "ERR_PACKAGE_MISSING",
    message: `The package.json of this folder does not have ${name}, which is needed.`,
    hint: `Run \`${found}\`; in a monorepo go to the app's own folder first.`,
  }),
  "next-elsewhere": ({ found }) => ({
    code: "ERR_NO_PROJECT",
    message: "The package.json of this folder does not have next, but one further down does.",
    hint: `Go to the folder of your Next.js app first: \`cd ${found}\`.`,
  }),
  "no-router": () => ({
    code: "ERR_NO_ROUTER",
    message: "There is neither an app folder nor a pages folder here, at the top or in src.",
    hint: "Go to the folder of your Next.js app first; it is the one with next.config and app or pages.",
  }),
  "no-convex-folder": ({ path, found }) => ({
    code: "ERR_NO_CONVEX_FOLDER",
    message: `There is no ${path} folder with Convex functions here.`,
    hint:
      found === ""
        ? "Run `npx convex dev` once: it makes the folder and connects it with a deployment."
        : `The functions seem to be in ${found}: add \`--convex ${found}\`.`,
  }),
  "key-committed": ({ path }) => ({
    code: "ERR_KEY_COMMITTABLE",
    message: `Git has ${path} in its index, so the private key would be committed.`,
    hint: `Take it out first with \`git rm --cached ${path}\`; what is in its history stays there, so replace the secrets that it had.`,
  }),
  "needs-yes": () => ({
    code: "ERR_NEEDS_CONFIRMATION",
    message: "There is no terminal to ask at, so nothing was written.",
    hint: "Read the diff, then run the command again with `--yes`; `--dry-run` shows it only.",
  }),
  "token-argument": () => ({
    code: "ERR_TOKEN_ARGUMENT",
    message: "That is a token, and other programs can read the words of a call.",
    hint: "Pipe it in (`pbpaste | npx convex-token verify`), name a file that has it, or give no word and paste it when you are asked.",
  }),
  "token-missing": () => ({
    code: "ERR_TOKEN_MISSING",
    message: "There is no token: the input is empty.",
    hint: "Pipe a token in, or name a file that has one.",
  }),
  "claims-unreadable": ({ found }) => ({
    code: "ERR_CLAIMS_UNREADABLE",
    message: `The claims are no JSON object: ${found}.`,
    hint: 'Give an object such as `{ "sub": "user_1", "role": "admin" }`.',
  }),
  "issuer-differs": ({ name, found }) => ({
    code: "ERR_TOKEN_ISSUER",
    message: `The token is from the issuer ${found}, and not from ${name}.`,
    hint: "Sign with the deployment's CONVEX_SITE_URL as issuer; it differs between development and production.",
  }),
  "set-unreadable": ({ path }) => ({
    code: "ERR_JWKS_UNREADABLE",
    message: `${path} has no JWK set.`,
    hint: 'A set is `{ "keys": [ … ] }`, as `npx convex-token jwks` prints it.',
  }),
  "rotate-no-key": ({ path }) => ({
    code: "ERR_KEY_MISSING",
    message: `${path} has no CONVEX_AUTH_PRIVATE_KEY to replace.`,
    hint: "Run `npx convex-token keys` for the first one, or name the file that has it with `--file`.",
  }),
  "rotate-twice": ({ path, name }) => ({
    code: "ERR_VARIABLE_TWICE",
    message: `${path} sets ${name} more than once.`,
    hint: "Leave the line that counts, which is the last one, and take the others out.",
  }),
  "rotate-step": ({ name, found }) => ({
    code: "ERR_ROTATE_ORDER",
    message: `The step ${name} does not come now: ${found}.`,
    hint: "`npx convex-token rotate --status` says where you are; without `--step` the next step is done.",
  }),
  "rotate-early": ({ name, found }) => ({
    code: "ERR_ROTATE_EARLY",
    message: `It is too early for the step ${name}: wait ${found}.`,
    hint: "Until then tokens would be refused; `--force` goes on all the same.",
  }),
  "rotate-unknown": ({ path }) => ({
    code: "ERR_ROTATE_UNKNOWN",
    message: `${path} has several keys, and no note of this command says which step they are at.`,
    hint: "Say which step comes next: `--step sign` lets the second key sign, `--step retire` leaves the first one only.",
  }),
  "rotate-form": ({ path }) => ({
    code: "ERR_ROTATE_FORM",
    message: `The value of CONVEX_AUTH_PRIVATE_KEY in ${path} is not made of one or two keys in PEM, so nothing was changed.`,
    hint: "Write it as PEM, from `-----BEGIN PRIVATE KEY-----` on, as `npx convex-token keys` does; then rotate.",
  }),
  "rotate-key-id": ({ path }) => ({
    code: "ERR_ROTATE_KEY_ID",
    message: `${path} signs without a kid (\`keyId: false\`), and Convex refuses such tokens as soon as two keys are published.`,
    hint: "Publish the set of `npx convex-token jwks` first, wait out its cache, take `keyId: false` out and deploy; then rotate.",
  }),
  "convex-missing": () => ({
    code: "ERR_PACKAGE_MISSING",
    message: "The convex command line is not installed in this project.",
    hint: "Run `npm install convex`, or set the variable in the dashboard.",
  }),
  "convex-failed": ({ name, found }) => ({
    code: "ERR_CONVEX_COMMAND",
    message: `\`${name}\` failed: ${found}`,
    hint: "Run it yourself to see more; `npx convex dev` connects the project with a deployment.",
  }),
} satisfies ErrorTable;

export const commandError = errorsOf(table);
