/** `convex-token inspect`: what a token says, without any verification. */
import { decodeConvexToken, jwksFromKey } from "../index.js";
import { EXIT_HELP, Exit, readArguments, type Command } from "./command.js";
import { fromNow, inWords } from "./lengths.js";
import { FILE_HELP, fileOption, findKey } from "./local-key.js";
import { colour, jsonText, print, printJson } from "./output.js";
import { TOKEN_HELP, readToken } from "./token-input.js";

const help = `convex-token inspect [FILE]: shows what a token says, without verifying it

  ${FILE_HELP}
  --json       prints header, claims, times and the key as JSON

${TOKEN_HELP}
Nothing is verified: anybody can write such a token. \`npx convex-token verify\` judges it.

  pbpaste | npx convex-token inspect
  curl -s --cookie … http://localhost:3000/api/session/token | npx convex-token inspect

${EXIT_HELP}
`;

export const inspectCommand: Command = {
  summary: "shows what a token says, without verifying it",
  help,
  async run(args) {
    const { options, words } = readArguments(
      args,
      { ...fileOption, json: { type: "boolean", default: false } },
      1,
    );
    const { header, claims } = decodeConvexToken(await readToken(words[0]));
    const times = timesOf(claims);
    const key = keyOf(header.kid, options.file);
    if (options.json) {
      printJson({ verified: false, header, claims, times, key });
      return Exit.done;
    }
    print(`${colour("yellow", "Not verified: anybody can write such a token.")}

Header
${indented(header)}

Claims
${indented(claims)}

Times
${times.map(({ claim, at, words }) => `  ${claim.padEnd(4)} ${at}  ${words}`).join("\n")}

Key
  ${key.words}`);
    return Exit.done;
  },
};

function indented(value: unknown): string {
  return jsonText(value).replace(/^/gm, "  ");
}

const verbs = {
  iat: ["was signed", "will have been signed"],
  nbf: ["is valid since", "is valid from then on:"],
  exp: ["expired", "expires"],
} as const;

interface Time {
  claim: string;
  at: string;
  words: string;
}

function timesOf(claims: Record<string, unknown>): Time[] {
  const now = Date.now() / 1000;
  const times: Time[] = [];
  for (const [claim, [past, future]] of Object.entries(verbs)) {
    const value = claims[claim];
    if (typeof value !== "number" || Math.abs(value) > 8.64e12) continue;
    const at = new Date(value * 1000).toISOString().replace(".000Z", "Z");
    times.push({ claim, at, words: `${value <= now ? past : future} ${fromNow(value - now)}` });
  }
  const { iat, exp } = claims;
  const last = times.at(-1);
  if (typeof iat === "number" && typeof exp === "number" && last?.claim === "exp") {
    last.words += `, after a life of ${inWords(exp - iat)}`;
  }
  return times;
}

/** Whether the token names a key that this project has. */
function keyOf(kid: string | undefined, file: string | undefined) {
  const local = findKey(file);
  const where = local === undefined ? undefined : `${local.name} in ${local.place}`;
  if (kid === undefined) {
    return {
      known: false,
      words:
        "The token names no key (it has no kid): Convex takes it only while exactly one key is published.",
    };
  }
  if (local === undefined || where === undefined) {
    return { known: false, words: "There is no private key here to compare the kid with." };
  }
  const { keys } = jwksFromKey(local.value);
  const index = keys.findIndex((each) => each.kid === kid);
  if (index === -1) {
    const own = keys.map((each) => each.kid).join(", ");
    return { known: false, words: `The kid is not that of ${where}, which has ${own}.` };
  }
  const place = keys.length === 1 ? "" : `, key ${index + 1} of ${keys.length}`;
  const role = index === 0 ? "which signs" : "which is published and does not sign";
  return { known: true, words: `The kid is that of ${where}${place}, ${role}.` };
}
