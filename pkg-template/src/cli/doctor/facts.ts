/** Everything that `doctor` looks at, gathered: nothing is judged here. */
import {
  ConvexTokenError,
  decodeConvexToken,
  explainToken,
  signConvexToken,
  type AuthProvider,
  type SignOptions,
  type TokenExplanation,
} from "../../index.js";
import { KEY_NAMES, JWKS_NAME, SITE_URL_NAME } from "../../environment.js";
import { isConnected, readDeployed } from "../convex-command.js";
import { fetchAnswer, fetchPublished, type Answer } from "../fetched.js";
import { findSurroundings, type Surroundings } from "../init/project.js";
import { readAuthConfig, type AuthConfigFacts } from "./auth-config.js";
import { findClients, type ClientUse } from "./clients.js";
import { ProjectEnvironment, type Variable } from "./environment.js";
import { Unknown, type Value } from "./evaluate.js";
import { routesOf, type Routes } from "./routes.js";
import { findSigners, textOf, type Signer } from "./signing.js";

/** What the call says. */
export interface Given {
  url: string | undefined;
  site: string | undefined;
  app: string | undefined;
  file: string | undefined;
  convex: string | undefined;
  /** In seconds. */
  timeout: number;
  offline: boolean;
  readEnv: boolean;
}

/** Where clients connect to, in the frameworks that people have. */
export const URL_NAMES = [
  "NEXT_PUBLIC_CONVEX_URL",
  "CONVEX_URL",
  "VITE_CONVEX_URL",
  "PUBLIC_CONVEX_URL",
  "EXPO_PUBLIC_CONVEX_URL",
  "NUXT_PUBLIC_CONVEX_URL",
  "REACT_APP_CONVEX_URL",
  "CONVEX_SELF_HOSTED_URL",
];

/** Where the HTTP actions are, if nothing else says it. */
const SITE_NAMES = URL_NAMES.map((name) => name.replace("_URL", "_SITE_URL"));

/** A subject that is nobody's. */
const NOBODY = "convex-token-doctor";

export interface Facts {
  given: Given;
  /** Undefined in a folder that is no project. */
  project: Surroundings | undefined;
  environment: ProjectEnvironment;
  /** What clients connect to, as it is set, and as it should be. */
  url: Variable | undefined;
  api: string | undefined;
  /** CONVEX_SITE_URL, as it is set here. */
  siteVariable: Variable | undefined;
  /** Where the HTTP actions are, as it should be: without a slash at its end. */
  site: string | undefined;
  isCloud: boolean;
  /** The deployment's variables that were read. */
  deployed: Map<string, string | null | undefined>;
  config: AuthConfigFacts | undefined;
  routes: Routes | undefined;
  key: Variable | undefined;
  signers: Signer[];
  /** The one that gives sessions their tokens. */
  signer: Signer | undefined;
  /** Tokens are signed by Convex Auth, in the deployment. */
  convexAuth: boolean;
  clients: ClientUse[];
  /** What tokens name as their issuer. */
  issuer: string | undefined;
  audience: string;
  /** The entry for such tokens. */
  provider: AuthProvider | undefined;
  /** Whether the entry is a guess, since auth.config does not say it. */
  assumed: boolean;
}

/** What is read of the project. */
export function gatherProject(given: Given): Facts {
  const options: Variable[] = [];
  if (given.url !== undefined) {
    options.push({ name: "CONVEX_URL", value: given.url, place: "the call" });
    options.push({ name: "NEXT_PUBLIC_CONVEX_URL", value: given.url, place: "the call" });
  }
  if (given.site !== undefined) {
    options.push({ name: SITE_URL_NAME, value: given.site, place: "the call" });
  }
  const environment = new ProjectEnvironment(given.file, options);
  const project = findSurroundings(process.cwd(), given.convex);
  // One option names the deployment: what the project has beside it may be of another.
  const url =
    given.url === undefined && given.site !== undefined ? undefined : environment.first(URL_NAMES);
  const siteVariable =
    given.site === undefined && given.url !== undefined
      ? undefined
      : environment.get(SITE_URL_NAME);
  const { api, site } = addresses(url, siteVariable, environment, given);

  const deployed = new Map<string, string | null | undefined>();
  const read = (name: string): void => {
    if (!deployed.has(name)) deployed.set(name, readDeployed(name));
  };
  const inDeployment = (name: string): Value => {
    if (name === SITE_URL_NAME) return site ?? new Unknown("the deployment's address", [name]);
    if (name === "CONVEX_CLOUD_URL") return api ?? new Unknown("the deployment's address", [name]);
    const value = deployed.get(name);
    return value ?? new Unknown(`the deployment's variable ${name}`, [name], value === null);
  };
  const here = (name: string): Value =>
    environment.get(name)?.value ?? new Unknown(`the variable ${name}`, [name], true);

  const signers = project === undefined ? [] : findSigners(project, here);
  const [signer] = signers;
  const convexAuth = signer === undefined && project?.packages["@convex-dev/auth"] !== undefined;
  const signsThere = convexAuth || signer?.inDeployment === true;
  let config = project && readAuthConfig(project, inDeployment);
  if (given.readEnv && config !== undefined && isConnected()) {
    for (const name of [...config.variables, JWKS_NAME]) read(name);
    if (signsThere) for (const name of KEY_NAMES) read(name);
    config = readAuthConfig(project!, inDeployment);
  }

  const issuer = issuerOf({ signer, signsThere, site, siteVariable, url, environment });
  const audience = textOf(signer?.audience) ?? "convex";
  const { provider, assumed } = providerOf(config, issuer, audience);
  return {
    given,
    project,
    environment,
    url,
    api,
    siteVariable,
    site,
    isCloud: /\.convex\.(cloud|site)(\/|$)/.test(api ?? site ?? ""),
    deployed,
    config,
    routes: project && routesOf(project),
    key: environment.first(KEY_NAMES) ?? (signsThere ? deployedKey(deployed) : undefined),
    signers,
    signer,
    convexAuth,
    clients: project === undefined ? [] : findClients(project),
    issuer,
    audience,
    provider,
    assumed,
  };
}

/** The two addresses of the deployment as they should be, each from the other one if need be. */
function addresses(
  url: Variable | undefined,
  siteVariable: Variable | undefined,
  environment: ProjectEnvironment,
  given: Given,
): { api: string | undefined; site: string | undefined } {
  const named = given.url === undefined ? environment.first(SITE_NAMES) : undefined;
  const siteText =
    bareAddress(siteVariable?.value) ?? (url === undefined ? undefined : bareAddress(url.value));
  const fallback = isCloudHost(siteText)
    ? siteText
    : (bareAddress(siteVariable?.value) ?? bareAddress(named?.value));
  const site = fallback?.replace(/\.convex\.cloud$/, ".convex.site");
  const api = (bareAddress(url?.value) ?? (isCloudHost(site) ? site : undefined))?.replace(
    /\.convex\.site$/,
    ".convex.cloud",
  );
  return { api: isUrl(api) ? api : undefined, site: isUrl(site) ? site : undefined };
}

/** Without quotes and slashes around, as the library reads addresses. */
export function bareAddress(value: string | undefined): string | undefined {
  return value
    ?.trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .replace(/\/+$/, "");
}

export function isUrl(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text);
}

function isCloudHost(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\/[^/]+\.convex\.(cloud|site)$/.test(text);
}

/** The issuer that tokens will name, without a slash at its end. */
function issuerOf({
  signer,
  signsThere,
  site,
  siteVariable,
  url,
  environment,
}: Pick<Facts, "signer" | "site" | "siteVariable" | "url" | "environment"> & {
  signsThere: boolean;
}): string | undefined {
  if (signer?.issuer instanceof Unknown) return undefined;
  const own = bareAddress(textOf(signer?.issuer));
  if (own !== undefined && own !== "") return own;
  if (signsThere || siteVariable !== undefined) return site;
  // The library derives it from these two names only.
  const derived = environment.first(["NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"]) ?? url;
  return isCloudHost(bareAddress(derived?.value)) || signer === undefined ? site : undefined;
}

function deployedKey(deployed: Facts["deployed"]): Variable | undefined {
  for (const name of KEY_NAMES) {
    const value = deployed.get(name);
    if (typeof value === "string") return { name, value, place: "the deployment" };
  }
  return undefined;
}

/** The entry for the project's own tokens: by issuer and audience, by issuer, or the usual one. */
function providerOf(
  config: AuthConfigFacts | undefined,
  issuer: string | undefined,
  audience: string,
): { provider: AuthProvider | undefined; assumed: boolean } {
  const providers = config?.providers ?? [];
  const same = providers.filter(
    (each) => issuer !== undefined && withScheme(issuerIn(each)) === withScheme(issuer),
  );
  const found = same.find((each) => each?.applicationID === audience) ?? same[0];
  if (found !== undefined) return { provider: found, assumed: false };
  if (config?.hidesSet === true && issuer !== undefined) {
    return { provider: hidden(issuer, audience), assumed: true };
  }
  const guessed = config === undefined || !config.exists || config.unknown.length > 0;
  return guessed && issuer !== undefined
    ? { provider: { domain: issuer, applicationID: audience }, assumed: true }
    : { provider: undefined, assumed: false };
}

/** Stands for an entry whose set only the deployment knows. */
function hidden(issuer: string, applicationID: string): AuthProvider {
  return { type: "customJwt", issuer, jwks: "data:", algorithm: "RS256", applicationID };
}

/** An entry's issuer; whatever the entry is. */
export function issuerIn(provider: unknown): string | undefined {
  const { domain, issuer } = (provider ?? {}) as { domain?: unknown; issuer?: unknown };
  const text = issuer ?? domain;
  return typeof text === "string" ? text : undefined;
}

function withScheme(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return (text.includes("://") ? text : `https://${text}`).replace(/\/+$/, "");
}

/** Where a provider's keys are. */
export function keysAt(provider: AuthProvider | undefined): "discovery" | "url" | "embedded" {
  if (provider === undefined || !("type" in provider)) return "discovery";
  return /^\s*data:/i.test(String(provider.jwks)) ? "embedded" : "url";
}

/** What servers answer. */
export interface Live {
  version?: Answer | undefined;
  discovery?: Answer | undefined;
  jwks?: Answer | undefined;
  /** The deployment's own word on the token. */
  verdict?: Answer | undefined;
  app?: Answer | undefined;
}

/** Asks for the documents and the deployment's API. */
export async function gatherLive(facts: Facts, progress: (text: string) => void): Promise<Live> {
  const { given, api, provider } = facts;
  const options = { timeout: given.timeout };
  const live: Live = {};
  const asks: Promise<void>[] = [];
  if (api !== undefined) {
    progress(api);
    asks.push(
      fetchAnswer(`${api}/version`, options).then((answer) => void (live.version = answer)),
    );
  }
  const base = issuerIn(provider) ?? facts.issuer ?? facts.site;
  const at = withScheme(base);
  if (keysAt(provider) === "discovery" && isUrl(at)) {
    progress(at);
    asks.push(
      fetchPublished(at, options).then(({ discovery, jwks }) => {
        live.discovery = discovery;
        live.jwks = jwks;
      }),
    );
  }
  if (keysAt(provider) === "url" && provider !== undefined && "jwks" in provider) {
    const uri = String(provider.jwks);
    progress(uri);
    if (isUrl(uri)) {
      asks.push(fetchAnswer(uri, options).then((answer) => void (live.jwks = answer)));
    }
  }
  if (given.app !== undefined) {
    const address = tokenRouteOf(given.app);
    progress(address);
    asks.push(
      fetchAnswer(address, {
        ...options,
        follow: false,
        headers: { Accept: "application/json" },
      }).then((answer) => void (live.app = answer)),
    );
  }
  await Promise.all(asks);
  return live;
}

/** The app's address is enough, where the route has its usual name. */
export function tokenRouteOf(app: string): string {
  const url = new URL(app);
  if (url.pathname === "/") url.pathname = "/api/session/token";
  return url.href;
}

/** Seconds that a trial token lives: it goes to whatever API the settings name. */
const TRIAL_LIFE = 60;

/**
 * A token as the project signs it, or why there is none. It lives for a minute at most, of the server's
 * clock where that is ahead.
 */
export function signTrial(
  facts: Facts,
  published: readonly unknown[],
  ahead: number,
): string | ConvexTokenError {
  const { key, issuer, audience, signer, convexAuth } = facts;
  const keyId = signer?.keyId;
  // Convex Auth names the key only where the set does.
  const named = published.some((each) => typeof (each as { kid?: unknown })?.kid === "string");
  const options: SignOptions = { privateKey: key?.value, issuer, audience };
  if (typeof keyId === "string" || keyId === false) options.keyId = keyId;
  else if (convexAuth && !named) options.keyId = false;
  const longest = TRIAL_LIFE + Math.max(0, Math.ceil(ahead));
  const life = signer?.expiresIn;
  options.expiresIn = typeof life === "string" || typeof life === "number" ? life : longest;
  try {
    const token = signConvexToken({ sub: NOBODY }, options);
    const { exp, iat } = decodeConvexToken(token).claims as { exp: number; iat: number };
    if (exp - iat <= longest) return token;
  } catch (error) {
    if (!(error instanceof ConvexTokenError)) throw error;
    // The recipe's lengths are those of another library.
    if (error.code !== "ERR_DURATION") return error;
  }
  return signConvexToken({ sub: NOBODY }, { ...options, expiresIn: longest });
}

/** Every check of a token against what is deployed, by the server's clock. */
export function explain(facts: Facts, live: Live, token: string | undefined): TokenExplanation {
  const { config, provider, assumed, issuer, audience } = facts;
  const ahead = clockAhead(live) ?? 0;
  const now = Math.floor(Date.now() / 1000) + ahead;
  const known =
    config !== undefined && (config.providers.length > 0 || config.unknown.length === 0);
  const providers = known && !assumed ? config.providers : undefined;
  return explainToken(token ?? probe(issuer, audience, now), {
    provider: providers ?? provider,
    discovery: live.discovery,
    jwks: live.jwks,
    now,
  });
}

/** Without a key: enough of a token for the checks of what is published. */
function probe(issuer: string | undefined, aud: string, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: issuer, aud, sub: NOBODY, iat: now, exp: now + 60 };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.AA`;
}

/** How many seconds the server's clock is ahead, by the first answer that says it. */
export function clockAhead({ discovery, jwks, version }: Live): number | undefined {
  return discovery?.clockAhead ?? jwks?.clockAhead ?? version?.clockAhead;
}

/** Asks the deployment itself: a call of no function, with the token, as every client sends it. */
export function askDeployment(facts: Facts, token: string): Promise<Answer> {
  return fetchAnswer(`${facts.api}/api/query`, {
    timeout: facts.given.timeout,
    headers: { Authorization: `Bearer ${token}` },
    json: { path: "convexTokenDoctor:asksWhetherTheTokenIsAccepted", args: {}, format: "json" },
  });
}
