// The package's verdict on a case, come by as a person comes by it: the documents are fetched, and
// given to `explainToken`.
import { decodeConvexToken, explainToken, verifyConvexToken } from "convex-token";
import { DISCOVERY, HOST } from "./case.mjs";

/** As many as Convex follows (reqwest's `redirect::Policy::default`). */
const MOST_REDIRECTS = 10;

/** Keeps a byte order mark: Convex takes it for a fault. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * @returns {Promise<object>} `{ accepted, checks, identity }`; `identity` where there is one
 *   provider to verify by
 */
export async function judge({ token, providers, now }, site) {
  // Without documents it already tells which kind of provider is chosen, and whether that has its set.
  const chosen = explainToken(token, { provider: providers, now }).checks;
  const isOidc = chosen.some(({ name }) => name === "discovery");
  const isEmbedded = !isOidc && chosen.find(({ name }) => name === "jwks").ok !== null;
  const documents = isOidc
    ? await fetchPublished(issuerOf(token), site)
    : { jwks: isEmbedded ? undefined : await fetchSet(providers, site) };
  const explanation = explainToken(token, { provider: providers, now, ...documents });
  return { ...explanation, ...verdict(token, providers, now, documents, explanation.checks) };
}

/** The checks of what `verifyConvexToken` does not get to see. */
const BEFORE = ["provider", "discovery", "jwks"];

/** What `verifyConvexToken` says, which takes one provider and a set that has come. */
function verdict(token, providers, now, { discovery, jwks }, checks) {
  const [provider] = providers;
  const failing = checks.find(({ ok }) => ok === false);
  const isMissing = discovery !== undefined && jwks === undefined;
  if (providers.length !== 1 || isMissing || BEFORE.includes(failing?.name)) return {};
  const set = jwks === undefined ? {} : { jwks: jwks.body ?? "" };
  try {
    return { verified: verifyConvexToken(token, { ...set, provider, now }) };
  } catch (error) {
    return { error };
  }
}

function issuerOf(token) {
  try {
    return String(decodeConvexToken(token).claims.iss);
  } catch {
    // Its header or signature may be what is wrong with it.
    const [, payload = ""] = token.split(".");
    try {
      return String(JSON.parse(Buffer.from(payload, "base64url")).iss);
    } catch {
      return "";
    }
  }
}

async function fetchPublished(issuer, site) {
  const discovery = await fetchDocument(`${issuer.replace(/\/$/, "")}${DISCOVERY}`, site);
  // Convex reads the first value of the text.
  const uri = /"jwks_uri"\s*:\s*"([^"]*)"/.exec(discovery.body ?? "")?.[1];
  return { discovery, jwks: URL.canParse(uri) ? await fetchDocument(uri, site) : undefined };
}

async function fetchSet(providers, site) {
  const uris = providers.map(({ jwks }) => jwks);
  const uri = uris.find((jwks) => typeof jwks === "string" && !jwks.startsWith("data:"));
  return uri === undefined ? undefined : fetchDocument(uri, site);
}

/** An answer as `explainToken` takes it. */
async function fetchDocument(url, site) {
  let at = url;
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const { host, pathname, search } = new URL(at);
      const asked = host === HOST ? `${site.origin}${pathname}${search}` : at;
      const response = await fetch(asked, {
        redirect: "manual",
        signal: AbortSignal.timeout(20_000),
      });
      const { status, headers } = response;
      const location = headers.get("location");
      if ([301, 302, 303, 307, 308].includes(status) && location !== null) {
        at = new URL(location, at).href;
        continue;
      }
      const body = decoder.decode(await response.arrayBuffer());
      return { url, status, contentType: headers.get("content-type"), body };
    }
    return { url, error: "too many redirects" };
  } catch (error) {
    return { url, error: error.cause?.code ?? error.message };
  }
}
