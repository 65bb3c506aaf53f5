/**
 * The tokens of one user's session, handed to Convex's client: what happens between its question and
 * our answer. It knows next-auth's `useSession` by its shape and nothing of React.
 */
import { clientError } from "../client/errors.js";
import { Pace } from "../client/pace.js";
import { Reports } from "../client/reports.js";
import {
  pause,
  retryOptions,
  retryWait,
  within,
  type Retry,
  type RetryOptions,
} from "../client/retry.js";
import { codeIn } from "../client/shown.js";
import { hasExpired, NEXT_SECOND } from "../client/token.js";
import { integrationError } from "../integration-errors.js";
import { addressOption, plainOptions } from "../integration-options.js";
import { look, type Seen } from "./session-url.js";
import { tokenOf, userOf, type SessionState, type SessionWithToken } from "./session.js";

/** Options of `createUseAuth`. */
export interface UseAuthOptions extends RetryOptions {
  /**
   * Where Auth.js answers with the session: the `basePath` of your SessionProvider and `/session`.
   * It is asked when `update()` gives nothing, which may mean that the network is gone or that the
   * session is. Default `"/api/auth/session"`.
   */
  sessionUrl?: string | undefined;
}

/** The options with their defaults. */
export interface SessionTokensOptions {
  retry: Retry;
  sessionUrl: string;
}

/** @throws ConvexTokenError `ERR_OPTION` for what cannot work */
export function sessionTokensOptions(
  given: UseAuthOptions | null | undefined,
): SessionTokensOptions {
  const { sessionUrl, ...others } = plainOptions(given);
  return {
    retry: retryOptions(others),
    sessionUrl: addressOption("sessionUrl", sessionUrl ?? "/api/auth/session"),
  };
}

/** What the developer knows the source of the tokens by. */
const NAME = "update() of useSession";

/** The waits between attempts to be signed in again while the server can't be reached. */
const RECOVERY = { retryDelay: 60_000, maxRetryDelay: 600_000 };

/**
 * Why Convex's client will not ask by itself again: it was given no token, since the server could
 * not be reached or since there is none to be had, or it was given the token that it had.
 */
type Stall = "unreachable" | "absent" | "unchanged";

interface Answer {
  token: string | null;
  stall?: Stall;
}

export class SessionTokens {
  readonly #reports = new Reports();
  readonly #pace = new Pace();
  readonly #retry: Retry;
  readonly #sessionUrl: string;
  /** Called when the client should begin anew, because a token is to be had again. */
  readonly #restart: () => void;

  #session: SessionState = { data: undefined, status: "loading", update: async () => null };
  /** Who is signed in; undefined for nobody. */
  #user: string | undefined;
  /** `update` as it was when it last did something: it refuses while the status is "loading". */
  #update: SessionState["update"] | undefined;

  /** The newest token there is: the session's since that has changed, or what `update()` brought since. */
  #token: string | undefined;
  /** The token of the session when it was last noted. */
  #noted: string | undefined;
  /** The token that the client was given last. */
  #given: string | undefined;
  #asked: Promise<string | null> | undefined;
  #ended = new AbortController();

  /** Set while the client waits for nothing, and the session's token at that time. */
  #stall: Stall | undefined;
  #stalledWith: string | undefined;
  #recoveries = 0;
  #recovery: ReturnType<typeof setTimeout> | undefined;

  constructor(restart: () => void, { retry, sessionUrl }: SessionTokensOptions) {
    this.#restart = restart;
    this.#retry = retry;
    this.#sessionUrl = sessionUrl;
  }

  /**
   * The session to show: next-auth's `update()` makes the status "loading" until it has answered,
   * and a refresh is no reason to take the page down.
   */
  steady(session: SessionState): SessionState {
    if (session.status !== "loading") return session;
    if (session.data) return { ...session, status: "authenticated" };
    return this.#asked === undefined ? session : this.#session;
  }

  /** Takes note of the session as it is now, before anyone asks for its token. */
  note(session: SessionState): void {
    this.#session = this.steady(session);
    const { data, status } = this.#session;
    if (session.status === "authenticated") this.#update = session.update;
    if (status === "loading") return;

    const token = tokenOf(data);
    if (token !== this.#noted) this.#token = this.#noted = token;
    const user = userOf(data);
    if (user === this.#user) return;
    this.#user = user;
    if (user !== undefined) return this.#forget();
    this.#end();
    void this.#lose(this.#ended.signal);
  }

  /** Wakes the client if the session that was noted has brought what it waits for. */
  wake(): void {
    const token = this.#noted;
    const isNews = token !== this.#given && token !== this.#stalledWith;
    if (this.#stall !== undefined && token !== undefined && isNews) {
      this.#settle(undefined);
      this.#restart();
    }
  }

  /** Convex's question. It shares a refresh that is under way, and never throws. */
  fetch(forceRefreshToken: boolean): Promise<string | null> {
    this.#settle(undefined);
    const token = this.#token;
    if (forceRefreshToken || token === undefined || hasExpired(token)) return this.#ask();
    this.#given = token;
    return Promise.resolve(token);
  }

  /** Begins to listen for what may bring a lost connection back; returns how to end everything. */
  start(): () => void {
    const attempt = () => {
      if (this.#stall === "unreachable" || this.#stall === "unchanged") void this.#ask();
    };
    const attemptIfVisible = () => {
      if (document.visibilityState === "visible") attempt();
    };
    window.addEventListener("online", attempt);
    window.addEventListener("focus", attempt);
    window.addEventListener("pageshow", attempt);
    document.addEventListener("visibilitychange", attemptIfVisible);
    return () => {
      window.removeEventListener("online", attempt);
      window.removeEventListener("focus", attempt);
      window.removeEventListener("pageshow", attempt);
      document.removeEventListener("visibilitychange", attemptIfVisible);
      this.#end();
    };
  }

  /** Nobody is here any more: what is under way gives null. */
  #end(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
    this.#forget();
  }

  /**
   * Someone else is here. What is under way goes on for whoever has asked for it: the client's state
   * would otherwise say "signed out" for a moment.
   */
  #forget(): void {
    this.#asked = undefined;
    this.#given = undefined;
    this.#settle(undefined);
  }

  #settle(stall: Stall | undefined): void {
    clearTimeout(this.#recovery);
    this.#stall = stall;
    this.#stalledWith = stall === undefined ? undefined : this.#noted;
    if (stall !== "unreachable") {
      this.#recoveries = 0;
      return;
    }
    const wait = retryWait({ ...this.#retry, ...RECOVERY }, this.#recoveries++);
    this.#recovery = setTimeout(() => void this.#ask(), wait);
    // In Node, where tests run, this is nothing to stay alive for.
    (this.#recovery as { unref?: () => void }).unref?.();
  }

  /**
   * The session is gone from the page. next-auth says so too when it could not reach the server, as
   * after a sleep, and never asks again by itself; so the server is asked whether it is true.
   */
  async #lose(ended: AbortSignal): Promise<void> {
    for (let number = 0; ; number++) {
      const seen = await this.#look(ended);
      if (ended.aborted || this.#user !== undefined) return;
      if (seen === "signed in") return void this.#ask();
      if (seen !== "unreachable") return;
      if (number >= this.#retry.retries) return this.#settle("unreachable");
      await pause(retryWait(this.#retry, number), ended);
    }
  }

  /** A fresh token, for the client or in order to wake it. */
  #ask(): Promise<string | null> {
    if (this.#asked !== undefined) return this.#asked;
    const asked = this.#fresh(this.#ended.signal).then(({ token, stall }) => {
      if (this.#asked !== asked) return token;
      this.#asked = undefined;
      const wakes = this.#stall !== undefined && stall === undefined;
      this.#settle(stall);
      if (token !== null) {
        this.#given = this.#token = token;
        this.#pace.note(token);
      }
      if (wakes) this.#restart();
      return token;
    });
    this.#asked = asked;
    return asked;
  }

  /** A fresh token; one that is that of before is asked for once more. */
  async #fresh(ended: AbortSignal): Promise<Answer> {
    const before = this.#given;
    const wait = this.#pace.wait();
    if (wait > 0) await pause(wait, ended);
    const answer = await this.#refresh(ended);
    if (before === undefined || answer.token !== before) return answer;
    await pause(NEXT_SECOND, ended);
    const again = await this.#refresh(ended);
    if (again.token !== before && again.stall !== "unreachable") return again;
    // The token of before is better than none.
    this.#reports.warn(clientError("token-unchanged", { name: NAME }));
    return { token: before, stall: "unchanged" };
  }

  /** The token that `update()` brings, which is called until the server has answered. */
  async #refresh(ended: AbortSignal): Promise<Answer> {
    for (let number = 0; !ended.aborted; number++) {
      const session = await this.#updated(ended);
      if (session) {
        const token = tokenOf(session);
        if (token !== undefined) return { token };
        const found = codeIn(session.convexTokenError) ?? "";
        this.#reports.error(integrationError("session-token-missing", { found }));
        return { token: null, stall: "absent" };
      }
      const seen = await this.#look(ended);
      if (seen === "signed out" || (seen === "unknown" && this.#user === undefined)) break;
      if (number >= this.#retry.retries) {
        this.#reports.warn(clientError("token-unreachable", { name: NAME, found: "no answer" }));
        return { token: null, stall: "unreachable" };
      }
      await pause(retryWait(this.#retry, number), ended);
    }
    return { token: null, stall: "absent" };
  }

  async #updated(ended: AbortSignal): Promise<SessionWithToken | null | undefined> {
    if (ended.aborted) return null;
    // Whatever a session throws when it is looked at is one more failure.
    const call = async () => {
      const update = this.#update ?? this.#session.update;
      // Without data: version 5 would hand those to the user's `jwt` callback as an update of theirs.
      const session = await update();
      return session && { ...session };
    };
    return within(call(), this.#retry.timeout, ended);
  }

  #look(ended: AbortSignal): Promise<Seen> {
    return look(this.#sessionUrl, this.#retry, ended);
  }
}
