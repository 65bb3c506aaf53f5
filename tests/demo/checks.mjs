// What must be so. Each check is a line of the report.

import { isDeepStrictEqual } from "node:util";
import { user } from "./site.mjs";
import { abbreviate, withAnotherSignature, withAnotherSubject } from "./token.mjs";

export class Checks {
  #report;
  #convex;

  constructor(report, convex) {
    this.#report = report;
    this.#convex = convex;
  }

  /** Two requests for the session have brought two tokens. */
  renewed(token, next) {
    let problem;
    if (!next) problem = "found no token";
    else if (next === token) problem = "found the same token";
    this.#report.check("the next request brings a new token", problem, abbreviate(next ?? ""));
  }

  /**
   * A provider of this kind takes the token for the user's, and fetches just these /.well-known
   * routes for it. Returns the identity.
   */
  async accepted(kind, { site, token }, provider, routes) {
    site.takeFetched();
    const { identity, refusal } = await this.#convex.judge(token, provider);
    const fetched = site.takeFetched();
    const expected = expectedIdentity();
    let problem;
    if (refusal) problem = `refused with ${refusal}`;
    else if (!isDeepStrictEqual(identity, expected)) problem = difference(expected, identity);
    else if (!isDeepStrictEqual(fetched, routes)) problem = difference(routes, fetched);
    this.#report.check(`${kind} accepts the token`, problem, `fetched ${list(fetched)}`);
    return identity;
  }

  /** A provider refuses the token, and for this reason. */
  async refused(name, token, provider, reason) {
    const { refusal } = await this.#convex.judge(token, provider);
    const found = refusal?.match(reason);
    const problem = `expected a refusal with ${reason}, found ${refusal ?? "acceptance"}`;
    this.#report.check(name, found ? undefined : problem, found);
  }

  /** A provider of this kind refuses what somebody has changed in the token. */
  async forgeriesRefused(kind, { token }, provider) {
    const reason = /(bad|incorrect EdDSA|Invalid) signature/;
    const forgeries = {
      "another subject": withAnotherSubject(token),
      "a changed signature": withAnotherSignature(token),
    };
    for (const [change, forgery] of Object.entries(forgeries)) {
      await this.refused(`${kind} refuses the token with ${change}`, forgery, provider, reason);
    }
  }

  /** The package makes no entry of a kind that does not take the algorithm. */
  notOffered(kind, { site }) {
    const expected = "ERR_PROVIDER_ALGORITHM";
    let found = "an entry";
    try {
      site.issuer.provider({ kind });
    } catch (error) {
      found = error.code ?? error.message;
    }
    const problem = found === expected ? undefined : difference(expected, found);
    this.#report.check(`issuer.provider({ kind: "${kind}" }) throws`, problem, found);
  }
}

function expectedIdentity() {
  const issuer = process.env.CONVEX_SITE_URL;
  const { id: subject, name, email } = user;
  return { tokenIdentifier: `${issuer}|${subject}`, issuer, subject, name, email };
}

function difference(expected, found) {
  return `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}

function list(names) {
  return names.length > 0 ? names.join(" and ") : "nothing";
}
