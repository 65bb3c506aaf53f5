/** The checks of what is deployed. */
import {
  jwksFromKey,
  type ConvexTokenError,
  type Jwk,
  type TokenCheck,
  type TokenExplanation,
} from "../../index.js";
import { objectIn, parsedObject, type Answer } from "../fetched.js";
import { isSame, keysIn } from "../init/moving.js";
import { inWords } from "../lengths.js";
import { Skipped, findingOf, findingOfError, type Diagnosis, type Result } from "./diagnosis.js";
import { clockAhead, issuerIn, keysAt, tokenRouteOf, type Facts, type Live } from "./facts.js";
import { docsOf, finding, type Finding } from "./report.js";

/** As much as Convex tolerates of a customJwt provider's tokens. */
const CLOCK_TOLERANCE = 5;

/** More than this is not seen as an error of measuring, or of the network. */
const CLOCK_NOTICED = 30;

/** Longer than this, a cache of the key set makes a rotation long. */
const LONGEST_CACHE = 3_600;

/** A thumbprint has 43 characters; who names keys by something longer knows it by its beginning. */
const LONGEST_KID = 64;

/** The members of keys that nobody may see (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** The checks before a token is tried. */
export function checkPublished(
  diagnosis: Diagnosis,
  facts: Facts,
  live: Live,
  explanation: TokenExplanation,
): void {
  if (facts.project !== undefined) {
    diagnosis.check("routes", [], () => routes(facts, live));
  }
  if (facts.api !== undefined && !facts.given.offline) {
    diagnosis.check("api", ["url"], () => api(facts, live));
  }
  if (keysAt(facts.provider) === "discovery") {
    diagnosis.check("discovery", ["auth-config", "issuer", "routes", "api"], () =>
      discovery(facts, live, explanation),
    );
  }
  diagnosis.check("jwks", ["auth-config", "issuer", "routes", "api", "discovery"], () =>
    jwks(facts, live, explanation),
  );
  if (!facts.given.offline) diagnosis.check("clock", [], () => clock(facts, live));
  if (facts.key !== undefined) {
    diagnosis.check("published-key", ["key", "jwks", "discovery"], () =>
      publishedKey(facts, live, explanation),
    );
  }
}

/** The checks with a token. */
export function checkToken(
  diagnosis: Diagnosis,
  facts: Facts,
  live: Live,
  explanation: TokenExplanation,
  token: string | ConvexTokenError | undefined,
): void {
  const before = [
    "auth-config",
    "issuer",
    "key",
    "signer",
    "routes",
    "discovery",
    "jwks",
    "clock",
    "published-key",
  ] as const;
  diagnosis.check("token", before, () => tried(facts, explanation, token));
  if (facts.api !== undefined && !facts.given.offline && facts.key !== undefined) {
    diagnosis.check("verdict", [...before, "token", "api"], () => verdict(facts, live));
  }
  if (facts.given.app !== undefined && !facts.given.offline) {
    diagnosis.check("token-route", [], () => tokenRoute(facts, live.app!));
  }
}

/** The set that counts: fetched, or that of the entry. */
export function publishedKeys({ provider }: Facts, live: Live): Jwk[] | undefined {
  if (keysAt(provider) !== "embedded") {
    const keys = objectIn(live.jwks)?.["keys"];
    return Array.isArray(keys) ? (keys as Jwk[]) : undefined;
  }
  const [, base64, data = ""] =
    /^\s*data:[^,]*?(;base64)?,([^]*)$/i.exec(String((provider as { jwks: string }).jwks)) ?? [];
  try {
    return keysIn(base64 ? Buffer.from(data, "base64").toString() : decodeURIComponent(data));
  } catch {
    return undefined;
  }
}

function named(explanation: TokenExplanation, name: string): TokenCheck | undefined {
  return explanation.checks.find((check) => check.name === name);
}

/** Whether Convex would take the documents as they are answered. */
function areServed({ discovery, jwks }: Live): boolean {
  return discovery?.status === 200 && jwks?.status === 200;
}

function routes(facts: Facts, live: Live): Result | Skipped {
  const { provider, site, given } = facts;
  const { path, exists, by } = facts.routes!;
  if (provider === undefined) return new Skipped("no entry of auth.config says what they are for");
  const at = issuerIn(provider)?.replace(/\/+$/, "");
  if (keysAt(provider) === "embedded")
    return new Skipped("not needed: the entry has the keys in it");
  const isElsewhere =
    site !== undefined &&
    at !== site &&
    !String((provider as { jwks?: unknown }).jwks ?? "").startsWith(site);
  if (isElsewhere) return new Skipped(`not needed here: the keys are at ${at}`);
  if (by !== undefined) return { found: `${path}: ${by}` };
  const isServed = keysAt(provider) === "url" ? live.jwks?.status === 200 : areServed(live);
  if (isServed) return { found: `not in ${path}, but served by the deployment` };
  // An answer of another kind than "not found" is told of by what it says.
  const answer = live.discovery ?? live.jwks;
  if (!given.offline && answer?.status !== 404 && answer?.status !== undefined) {
    return new Skipped(`not seen in ${path}; the deployment answers all the same`);
  }
  const row = exists ? "routes-missing" : "routes-file-missing";
  return {
    found: exists ? `${path} has none` : `no ${path}`,
    findings: [finding(row, { path }, { repair: { kind: "routes" } })],
  };
}

function api({ api: name = "" }: Facts, { version }: Live): Result {
  const { error, status } = version!;
  if (error !== undefined) {
    return {
      found: `no answer: ${error}`,
      findings: [finding("unreachable", { name, found: error })],
    };
  }
  if (status === 200) return { found: `${name} answers` };
  const found = `status ${status}`;
  return {
    found: `${found} at ${name}/version`,
    findings: [finding("api-status", { name, found })],
  };
}

function discovery(facts: Facts, live: Live, explanation: TokenExplanation): Result | Skipped {
  if (live.discovery === undefined) return new Skipped(notAsked(facts));
  return documentResult(live.discovery, named(explanation, "discovery"), facts);
}

function jwks(facts: Facts, live: Live, explanation: TokenExplanation): Result | Skipped {
  const check = named(explanation, "jwks");
  const keys = publishedKeys(facts, live);
  const isEmbedded = keysAt(facts.provider) === "embedded";
  if (facts.config?.hidesSet === true && facts.assumed) {
    return new Skipped(
      "in the deployment's JWKS: `npx convex env get JWKS` shows it, `--read-env` reads it",
    );
  }
  if (live.jwks === undefined && !isEmbedded) return new Skipped(notAsked(facts));
  const at = isEmbedded ? facts.config!.path : live.jwks!.url;
  const isPrivate = keys?.some((each) => PRIVATE_MEMBERS.some((name) => name in Object(each)));
  const result = isEmbedded
    ? { found: `in ${at}: ${check?.found ?? ""}`, findings: failing(check) }
    : documentResult(live.jwks!, check, facts);
  const kept = keptFor(live.jwks?.cacheControl);
  return {
    found: result.found,
    findings: [
      isPrivate === true ? finding("jwks-private", { name: at }) : undefined,
      ...(result.findings ?? []),
      kept > LONGEST_CACHE
        ? finding("jwks-cached", { name: at, found: inWords(kept) }, { level: "warning" })
        : undefined,
    ],
  };
}

function notAsked({ given, issuer, provider }: Facts): string {
  if (given.offline) return "not asked for (--offline)";
  if (issuer === undefined && provider === undefined) return "not asked for: no issuer is known";
  return "not asked for: nothing says where it is";
}

function failing(check: TokenCheck | undefined): Finding[] {
  return check?.ok === false ? [findingOf(check)] : [];
}

/** What a document's answer is by Convex's own check, and by what the deployment says of it. */
function documentResult(answer: Answer, check: TokenCheck | undefined, facts: Facts): Result {
  const { url, status, redirects, body } = answer;
  const [last] = redirects.slice(-1);
  const hops = last === undefined ? "" : `, by way of ${redirects.join(", ")}`;
  const kept = keptFor(answer.cacheControl);
  const said = [status, answer.contentType, kept > 0 ? `kept for ${inWords(kept)}` : undefined];
  const what = answer.error ?? said.filter(Boolean).join(", ");
  const found = `${what}${check?.ok === false ? ` at ${url}` : ""}${hops}`;
  const warning =
    last === undefined
      ? undefined
      : finding("redirected", { name: url, found: last }, { level: "warning" });
  if (check?.ok !== false) return { found, findings: [warning] };
  const { convexMessage } = check;
  const { routes, environment, site } = facts;
  const isOurs = site !== undefined && url.startsWith(site);
  if (status === 404 && isOurs && routes?.by !== undefined) {
    const row = { path: routes.path, name: url };
    return { found, findings: [finding("routes-not-pushed", row, { convexMessage })] };
  }
  const { error } = (parsedObject(body) ?? {}) as {
    error?: { code?: unknown; message?: unknown; hint?: unknown };
  };
  if (typeof error?.code === "string" && error.code.startsWith("ERR_") && status !== 200) {
    const local = environment.get("JWKS");
    if (/JWKS/.test(String(error.message)) && local !== undefined) {
      const row = { path: local.place };
      return { found, findings: [finding("jwks-local-only", row, { convexMessage })] };
    }
    const row = { name: url, found: String(error.message) };
    const own = finding("route-says", row, { convexMessage });
    const { code } = error;
    // The cure is in the deployment's own words as well.
    const fix = String(error.hint ?? "") || own.fix;
    return { found, findings: [{ ...own, code, fix, docs: docsOf(code) }] };
  }
  return { found, findings: [findingOf(check), warning] };
}

/** How long an answer may be used: `max-age` and what comes on top. */
function keptFor(cacheControl = ""): number {
  const of = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(cacheControl)?.[1] ?? 0);
  return of("max-age") + of("stale-while-revalidate");
}

function clock({ provider, key }: Facts, live: Live): Result | Skipped {
  const ahead = clockAhead(live);
  if (ahead === undefined) return new Skipped("no answer says what time it is");
  const off = Math.abs(ahead);
  if (off <= CLOCK_TOLERANCE) return { found: "as the server's, to within 5 seconds" };
  const words = inWords(off);
  const here = ahead < 0;
  const found = `${words} ${here ? "ahead of" : "behind"} the server's`;
  if (key === undefined) return { found };
  // The iat of a token counts for customJwt providers only.
  const refuses = here && provider !== undefined && "type" in provider;
  const level = refuses || off >= LONGEST_CACHE ? "error" : "warning";
  const noticed = refuses || off > CLOCK_NOTICED;
  const row = here ? "clock-ahead" : "clock-behind";
  return { found, findings: noticed ? [finding(row, { found: words }, { level })] : [] };
}

function publishedKey(facts: Facts, live: Live, explanation: TokenExplanation): Result | Skipped {
  const keys = publishedKeys(facts, live);
  const { key, signer, convexAuth } = facts;
  if (keys === undefined || key === undefined) return new Skipped("the published set is not known");
  const [signing] = jwksFromKey(key.value).keys;
  const { kid } = signing!;
  const convexMessage = ["key", "signature"]
    .map((name) => named(explanation, name)?.convexMessage)
    .find((each) => each !== undefined);
  const ours = keys.find((each) => each !== null && isSame(each, signing!));
  if (ours === undefined) {
    const kids = keys
      .slice(0, 5)
      .map((each) => String(each?.["kid"] ?? "one without a kid").slice(0, LONGEST_KID));
    const wanted = kids.join(", ") || "no key";
    const row = { name: key.name, path: key.place, found: kid, wanted };
    return {
      found: `${kid} is not in the set`,
      findings: [finding("key-not-published", row, { convexMessage })],
    };
  }
  const published = ours["kid"];
  const path = signer?.path ?? key.place;
  const saysNone = signer?.keyId === false || convexAuth;
  if (typeof published !== "string") {
    if (saysNone) return { found: "published without a kid, and signed without one" };
    return {
      found: "published without a kid",
      findings: [finding("key-without-kid", { path }, { convexMessage })],
    };
  }
  const signed = typeof signer?.keyId === "string" ? signer.keyId : kid;
  if (published !== signed && !saysNone) {
    const row = { path, found: signed, wanted: published };
    return {
      found: `published as ${published}`,
      findings: [finding("key-other-kid", row, { convexMessage })],
    };
  }
  return { found: "the same key, under the same kid" };
}

function tried(
  { config, assumed }: Facts,
  { accepted, checks }: TokenExplanation,
  token: string | ConvexTokenError | undefined,
): Result | Skipped {
  if (token === undefined) {
    // What needs no key was judged all the same.
    const failed = checks.find(({ ok }) => ok === false);
    if (failed !== undefined && ["provider", "issuer", "audience"].includes(failed.name)) {
      return { found: `${failed.name}: ${failed.found}`, findings: [findingOf(failed)] };
    }
    return new Skipped("not signed: there is no key here");
  }
  if (typeof token !== "string") {
    return { found: "could not be signed", findings: [findingOfError(token)] };
  }
  if (config?.hidesSet === true && assumed) {
    return new Skipped("signed here; without the published set it cannot be checked here");
  }
  const failed = checks.find(({ ok }) => ok === false);
  if (failed !== undefined) {
    return { found: `fails at the check "${failed.name}"`, findings: [findingOf(failed)] };
  }
  if (accepted) {
    return { found: `signed here and accepted, by all of Convex's ${checks.length} checks` };
  }
  return new Skipped("signed here; without the published set its signature was not checked");
}

/** How Convex refuses a token; who gets as far as to a function that is not there was let in. */
const REFUSALS =
  /^(InvalidAuthHeader|NoAuthProvider|AuthProviderDiscoveryFailed|Unauthenticated|InvalidAuth\w*)$/;

function verdict(facts: Facts, { verdict: answer }: Live): Result | Skipped {
  if (answer === undefined) return new Skipped("not asked: no token could be signed");
  const { api: name = "", config, provider, isCloud } = facts;
  const { code, message, status } = (parsedObject(answer.body) ?? {}) as {
    code?: unknown;
    message?: unknown;
    status?: unknown;
  };
  const isLetIn = /could not find (public )?function/i.test(String(message));
  if (status === "error" || status === "success" || isLetIn) {
    return { found: "it accepts the token" };
  }
  if (typeof code !== "string" || !REFUSALS.test(code)) {
    return new Skipped(`not clear: ${answer.error ?? `status ${answer.status}`} at ${answer.url}`);
  }
  const said = String(message);
  const path = config?.path ?? "auth.config.ts";
  const found = `refused: ${code}`;
  const convexMessage = said;
  if (code === "NoAuthProvider") {
    const isCustom = provider !== undefined && "type" in provider;
    const row =
      isCustom && !isCloud
        ? finding("backend-too-old", { path })
        : finding("not-pushed", { path }, { convexMessage });
    return { found, findings: [row] };
  }
  // The documents were judged from here already, and are right.
  const isFetch = code === "AuthProviderDiscoveryFailed" || /could not fetch JWKS/i.test(said);
  if (isFetch) {
    const at = issuerIn(provider) ?? facts.issuer ?? "";
    return { found, findings: [finding("site-not-reached", { name: at }, { convexMessage })] };
  }
  return { found, findings: [finding("refused", { name, found: said }, { convexMessage })] };
}

function tokenRoute({ given }: Facts, answer: Answer): Result {
  const name = tokenRouteOf(given.app!);
  const { status, error, location, body, cacheControl } = answer;
  const found = error ?? `${status} at ${name}`;
  const fails = (row: Finding): Result => ({ found, findings: [row] });
  if (error !== undefined) return fails(finding("app-unreachable", { name, found: error }));
  if (location !== undefined) return fails(finding("app-redirects", { name, found: location }));
  if (status === 404) return fails(finding("app-missing", { name }));
  const object = parsedObject(body);
  if (status === 200 && typeof object?.["token"] === "string")
    return fails(finding("app-open", { name }));
  if (status !== 401) {
    const { error: given } = (object ?? {}) as { error?: unknown };
    const words = typeof given === "string" ? `: ${given}` : "";
    return fails(finding("app-failed", { name, found: `status ${status}${words}` }));
  }
  const isKept = cacheControl !== undefined && !/no-store|private|no-cache/.test(cacheControl);
  return {
    found: `401 at ${name}, as it should be without a session`,
    findings: [
      isKept ? finding("app-kept", { name, found: cacheControl }, { level: "warning" }) : undefined,
    ],
  };
}
