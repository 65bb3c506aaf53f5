/** `convex-token verify`: whether Convex would accept a token, and whom it would see. */
import { ConvexTokenError, decodeConvexToken, explainToken, verifyConvexToken } from "../index.js";
import type { AuthProvider, Jwks, TokenCheck, VerifiedToken } from "../index.js";
import { Exit, UsageError, readArguments, type Command } from "./command.js";
import { commandError } from "./errors.js";
import { fetchAnswer, fetchPublished, objectIn, type Answer } from "./fetched.js";
import { readText } from "./files/system.js";
import { FILE_HELP, fileOption, requireKey } from "./local-key.js";
import { colour, jsonText, note, print, printJson, tame } from "./output.js";
import { TOKEN_HELP, readToken } from "./token-input.js";

const help = `convex-token verify [FILE]: whether Convex would accept a token

  --issuer URL       fetches discovery and keys from the issuer as Convex does (https://….convex.site)
  --jwks FILE|URL    the published key set; with --issuer nothing is fetched from the issuer
  --audience NAME    the provider's applicationID (default: convex)
  ${FILE_HELP}
  --json             prints { accepted, issuerChecked, header, claims, identity }, or
                     { accepted, error, checks }, where checks are those of explainToken()

Without --issuer and --jwks the keys of the private key here are used.
${TOKEN_HELP}

  npx convex-token sign --sub user_1 | npx convex-token verify
  pbpaste | npx convex-token verify --issuer https://happy-animal-123.convex.site

Exit status: 0 accepted, 1 refused or not judged, 2 wrong words in the call.
`;

export const verifyCommand: Command = {
  summary: "says whether Convex would accept a token, and whom it would see",
  help,
  async run(args) {
    const { options, words } = readArguments(
      args,
      {
        ...fileOption,
        jwks: { type: "string" },
        issuer: { type: "string" },
        audience: { type: "string", default: "convex" },
        json: { type: "boolean", default: false },
      },
      1,
    );
    if (options.jwks !== undefined && options.file !== undefined) {
      throw new UsageError("--jwks and --file exclude each other: one set of keys is enough.");
    }
    const { issuer } = options;
    if (issuer !== undefined && /\.convex\.cloud\/*$/.test(issuer)) {
      const site = issuer.replace(/\.cloud\/*$/, ".site");
      throw new UsageError(`That is the deployment's API; its tokens are issued by ${site}.`);
    }
    const token = await readToken(words[0]);
    let verified: VerifiedToken;
    let checks: TokenCheck[] | undefined;
    try {
      const given = await against(token, options);
      checks = explainToken(token, given).checks;
      // What was fetched is judged as well: its status, its type, the issuer that it names.
      const failing = checks.find((check) => check.ok === false);
      if (failing !== undefined) throw errorOf(failing);
      verified = verifyConvexToken(token, { ...given, jwks: setOf(given.jwks) });
    } catch (error) {
      if (!(error instanceof ConvexTokenError)) throw error;
      if (!options.json) {
        if (checks !== undefined) note(refusal(checks));
        throw error;
      }
      const { code, message, hint } = error;
      printJson({ accepted: false, error: { code, message, hint }, checks });
      return Exit.failed;
    }
    const issuerChecked = options.issuer !== undefined;
    if (options.json) {
      printJson({ accepted: true, issuerChecked, ...verified });
      return Exit.done;
    }
    print(`${colour("green", "Accepted.")} ctx.auth.getUserIdentity() gives:
${jsonText(verified.identity)}`);
    if (!issuerChecked) {
      note(
        `The issuer ${tame(verified.claims.iss)} was not compared with your deployment's: --issuer does that.`,
      );
    }
    return Exit.done;
  },
};

interface Against {
  jwks?: string | undefined;
  issuer?: string | undefined;
  audience: string;
  file?: string | undefined;
}

interface Given {
  jwks?: Jwks | Answer | undefined;
  discovery?: Answer;
  provider?: AuthProvider;
  privateKey?: string;
  issuer?: string | undefined;
  audience?: string;
}

/** The check that failed, and what Convex would say of it. */
function refusal(checks: readonly TokenCheck[]): string {
  const failing = checks.find((check) => check.ok === false);
  if (failing === undefined) return "";
  const { name, found, expected, convexMessage } = failing;
  const said = convexMessage === undefined ? "" : `\nConvex says: ${tame(convexMessage)}`;
  return `${tame(`Refused at the check "${name}": found ${found}; expected ${expected}.`)}${said}`;
}

/** The error of a check that fails. */
function errorOf({ code = "", message = "", fix }: TokenCheck): ConvexTokenError {
  return new ConvexTokenError({ code, message, hint: fix ?? "" });
}

/** The set as it is verified against, once everything about its answer has been judged. */
function setOf(given: Jwks | Answer | undefined): Jwks | undefined {
  const answer = answerIn(given);
  return (answer === undefined ? given : objectIn(answer)) as Jwks | undefined;
}

function answerIn(given: Jwks | Answer | undefined): Answer | undefined {
  return given !== undefined && "redirects" in given ? given : undefined;
}

/** What the token is verified against. */
async function against(token: string, { jwks, issuer, audience, file }: Against): Promise<Given> {
  if (jwks !== undefined) {
    const set = /^https?:/.test(jwks) ? await fetchAnswer(jwks) : readSet(jwks);
    return { jwks: set, issuer, audience };
  }
  if (issuer === undefined) {
    return { privateKey: requireKey(file).value, audience };
  }
  const { iss } = decodeConvexToken(token).claims;
  const withoutSlash = (url: string) => url.replace(/\/+$/, "");
  if (typeof iss !== "string" || withoutSlash(iss) !== withoutSlash(issuer)) {
    throw commandError("issuer-differs", { name: issuer, found: String(iss) });
  }
  const provider = { domain: issuer, applicationID: audience };
  return { ...(await fetchPublished(iss)), provider };
}

function readSet(file: string): Jwks {
  const text = readText(file);
  if (text === undefined) throw commandError("file-missing", { path: file });
  try {
    const set: unknown = JSON.parse(text);
    if (Array.isArray((set as Partial<Jwks> | null)?.keys)) return set as Jwks;
  } catch {
    // Told below, as for JSON of another shape.
  }
  throw commandError("set-unreadable", { path: file });
}
