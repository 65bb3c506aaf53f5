/** `convex-token sign`: a token for trying things out. */
import { signConvexToken, type ConvexClaims } from "../index.js";
import { EXIT_HELP, Exit, UsageError, readArguments, type Command } from "./command.js";
import { commandError } from "./errors.js";
import { readText } from "./files/system.js";
import { readInput } from "./input.js";
import { FILE_HELP, fileOption, loadEnvironment, requireKey } from "./local-key.js";
import { print, printJson } from "./output.js";

const help = `convex-token sign: signs a token, for trying things out

  --sub ID             the user's id
  --claim NAME=TEXT    one claim more, may be given several times; NAME:=JSON for other than texts
  --claims FILE        claims from a file with a JSON object; - is the standard input
  --expires-in LENGTH  how long it is valid: 30s, 15m, 1h (the default), 7d
  --issuer URL         default: CONVEX_SITE_URL, else from NEXT_PUBLIC_CONVEX_URL or CONVEX_URL
  --audience NAME      default: convex
  --no-kid             leaves the kid out, for a published set whose one key has none
  ${FILE_HELP}
  --json               prints { "token": … }

Whoever has the token is that user until it expires. A key is never taken from the command line.

  npx convex-token sign --sub user_1 --claim name="Ada Lovelace" --claim 'email_verified:=true'
  npx convex-token sign --sub user_1 --expires-in 5m | npx convex-token inspect

${EXIT_HELP}
`;

export const signCommand: Command = {
  summary: "signs a token, for trying things out",
  help,
  async run(args) {
    const { options } = readArguments(args, {
      ...fileOption,
      sub: { type: "string" },
      claim: { type: "string", multiple: true, default: [] },
      claims: { type: "string" },
      "expires-in": { type: "string" },
      issuer: { type: "string" },
      audience: { type: "string" },
      "no-kid": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    });
    const claims = {
      ...(options.claims === undefined ? {} : await readClaims(options.claims)),
      ...Object.fromEntries(options.claim.map(readClaim)),
      ...(options.sub === undefined ? {} : { sub: options.sub }),
    };
    if (claims["sub"] === undefined) {
      throw new UsageError("Whose token? Give the user's id: --sub user_1.");
    }
    const key = requireKey(options.file);
    loadEnvironment(options.file);
    const token = signConvexToken(claims as ConvexClaims, {
      privateKey: key.value,
      issuer: options.issuer,
      audience: options.audience,
      expiresIn: lengthOf(options["expires-in"]),
      keyId: options["no-kid"] ? false : undefined,
    });
    if (options.json) printJson({ token });
    else print(token);
    return Exit.done;
  },
};

/** Digits alone are seconds. */
export function lengthOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

/** `name=text` or `name:=json`. */
function readClaim(text: string): [string, unknown] {
  const [, name, isJson, value] = /^([^=]+?)(:?)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError("A claim is written NAME=TEXT, or NAME:=JSON for other than texts.");
  }
  if (isJson === "") return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw new UsageError(`The claim ${name} is no JSON: ${name}:=true, ${name}:=[1,2].`);
  }
}

async function readClaims(file: string): Promise<Record<string, unknown>> {
  const text = file === "-" ? await readInput() : readText(file);
  if (text === undefined) throw commandError("file-missing", { path: file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw commandError("claims-unreadable", { found: "the text does not parse", cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw commandError("claims-unreadable", {
      found: `it is ${Array.isArray(value) ? "an array" : `a ${value === null ? "null" : typeof value}`}`,
    });
  }
  return value as Record<string, unknown>;
}
