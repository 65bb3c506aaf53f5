/** Whether a page of the same origin asks, or no page at all. */

/** What a request says about itself. */
export interface RequestFacts {
  method: string;
  url: URL;
  /** A header's value, or nothing. */
  header(name: string): string | null;
}

/**
 * Whether the request may be answered: no page of another origin has made it. Sister subdomains count
 * as others (`same-site`): what they serve is often somebody else's, and without CORS they could not
 * read the answer anyway. Browsers without Fetch Metadata, and clients that are no browsers, say
 * nothing about it and are told apart by their `Origin`, if they send one.
 */
export function isSameOrigin({ url, header }: RequestFacts): boolean {
  // What is none of its known values, as two of them in one field, is not taken for a good one.
  const site = header("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = header("origin");
  if (origin === null) return true;
  // A page cannot set either header for a request to another origin, which has no leave by CORS.
  const forwarded = header("x-forwarded-host")?.split(",")[0]?.trim();
  const host = hostOf(origin);
  return host !== undefined && [url.host, header("host"), forwarded].includes(host);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // "null", which sandboxed pages send
  }
}
