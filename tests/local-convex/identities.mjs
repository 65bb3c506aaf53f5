// Who a token is for, as the deployment judges it.
import { Verifier } from "../tools/verifier.mjs";

/** The identity of a connection without a token. */
export const anonymous = { attributes: null };

/** A refusal, as Convex words it. */
export class Refusal extends Error {
  constructor({ status, code, message, causes = [] }) {
    super(message);
    this.status = status;
    this.code = code;
    this.causes = causes;
  }

  /** The body of an HTTP answer. */
  get body() {
    return { code: this.code, message: this.message };
  }
}

export class Identities {
  providers = [];
  /** How many seconds the deployment's clock is ahead of this machine's. */
  clockOffset = 0;
  #log;
  #verifier;
  #resolve;

  /**
   * @param {object} options
   * @param {import("./event-log.mjs").EventLog} options.log
   * @param {string} [options.verifier] the program of tests/verify-as-convex
   * @param {Record<string, string>} [options.resolve] servers to fetch documents from, by host
   */
  constructor({ log, verifier, resolve }) {
    this.#log = log;
    this.#verifier = new Verifier({ program: verifier });
    this.#resolve = resolve;
  }

  /** In seconds since 1970. */
  get now() {
    return Date.now() / 1000 + this.clockOffset;
  }

  /** Takes what auth.config.ts exports, or refuses them as a deploy does. */
  async configure(config) {
    const judgement = await this.#judge("", config);
    // Of providers that are in order, the first complaint is about the token.
    if (judgement.code !== "InvalidAuthHeader") throw new Refusal(judgement);
    this.providers = config.providers;
  }

  /**
   * Judges a token.
   *
   * @param {string} token
   * @param {"socket" | "http" | "httpAction"} transport how it came
   * @returns {Promise<{ attributes: object, expires: number }>} what getUserIdentity() returns, and
   *   until when, in seconds since 1970
   * @throws {Refusal}
   */
  async authenticate(token, transport) {
    const { accepted, identity, ...refusal } = await this.#judge(token, this.providers);
    const { subject } = identity ?? {};
    const { code, message, causes } = refusal;
    const { kid } = part(token, 0);
    this.#log.record("authenticate", { transport, accepted, kid, subject, code, message, causes });
    if (!accepted) throw new Refusal(refusal);
    return { attributes: identity, expires: part(token, 1).exp };
  }

  /** Refuses an identity whose token has expired meanwhile. */
  ensureFresh({ expires }) {
    if (expires === undefined || this.now <= expires) return;
    throw new Refusal({
      status: 401,
      code: "TokenExpired",
      message: "Convex token identity expired",
    });
  }

  /** The verdicts that are not there yet. */
  get waiting() {
    return this.#verifier.waiting;
  }

  close() {
    return this.#verifier.close();
  }

  #judge(token, providers) {
    const now = Math.floor(this.now);
    return this.#verifier.judge(token, { providers, now, resolve: this.#resolve });
  }
}

/** The header (0) or the claims (1) of a token, unverified; nothing of what is no token. */
function part(token, index) {
  try {
    return JSON.parse(Buffer.from(token.split(".")[index], "base64url"));
  } catch {
    return {};
  }
}
