/** Whether a page of the same origin asks, or no page at all. */

/** What a request says about itself. */
export interface RequestFacts {
  method: string;
  /** What was asked for: a whole URL, or a path. Of it only the query counts. */
  url: string;
  /** The host that was asked: the Host header, or where a server has none, what it knows. */
  host: string | null;
  /** A header's value, or nothing. */
  header(name: string): string | null;
}

/**
 * Whether the request may be answered: no page of another origin has made it. Sister subdomains count
 * as others (`same-site`): what they serve is often somebody else's, and without CORS they could not
 * read the answer anyway. Browsers without Fetch Metadata, and clients that are no browsers, say
 * nothing about it and are told apart by their `Origin`, if they send one.
 */
export function isSameOrigin({ host, header }: RequestFacts): boolean {
  // What is none of its known values, as two of them in one field, is not taken for a good one.
  const site = header("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = header("origin");
  if (origin === null) return true;
  const page = urlOf(origin);
  // "null" is no URL: sandboxed pages send it.
  if (page === undefined || !/^https?:$/.test(page.protocol)) return false;
  // A page cannot set either header for a request to another origin, which has no leave by CORS.
  const forwarded = header("x-forwarded-host")?.split(",")[0]?.trim();
  // By the page's scheme: a proxy may have ended TLS.
  return [host, forwarded].some((own) => own && hostAt(page.protocol, own) === page.host);
}

/** Whether a text is a host, with or without a port, and nothing beside it. */
export function isHost(text: string): boolean {
  return hostAt("http:", text) !== undefined;
}

/** The host of a URL, if it is one. */
export function hostOf(url: string): string | null {
  return urlOf(url)?.host ?? null;
}

/** A host as URLs of a scheme have it: in small letters, without the scheme's own port. */
function hostAt(protocol: string, host: string): string | undefined {
  return /^[^\s\p{Cc}/\\?#@]+$/u.test(host) ? urlOf(`${protocol}//${host}`)?.host : undefined;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
