/** A session as next-auth's `useSession` shows it, by its shape: version 4 and version 5 fit. */
import { carriedClaims } from "../client/token.js";

/** The parts of a session that are read here. */
export interface SessionWithToken {
  /** Set by `convexSession()`. */
  convexToken?: string | null | undefined;
  /** Set by `convexSession()` when it could not sign: the code of the error. */
  convexTokenError?: string | null | undefined;
  user?: object | null | undefined;
}

/** What `useSession()` returns. */
export interface SessionState {
  data: SessionWithToken | null | undefined;
  status: "loading" | "authenticated" | "unauthenticated";
  /** Fetches the session anew. Null when that failed, and when there is none any more. */
  update: (data?: any) => Promise<SessionWithToken | null | undefined>;
}

/** `useSession` of `next-auth/react`, or any hook of its shape. */
export type UseSession = () => SessionState;

/** The session's token, if it has one. */
export function tokenOf(session: SessionWithToken | null | undefined): string | undefined {
  const token: unknown = session?.convexToken;
  return typeof token === "string" && token !== "" ? token : undefined;
}

/** What tells one user from another: the token's subject, else the user's id or address. */
export function userOf(session: SessionWithToken | null | undefined): string | undefined {
  if (!session) return undefined;
  const { id, email } = (session.user ?? {}) as { id?: unknown; email?: unknown };
  const token = tokenOf(session);
  const subject = token === undefined ? undefined : carriedClaims(token).sub;
  return nameOf(subject) ?? nameOf(id) ?? nameOf(email) ?? "";
}

/** What somebody is called by, as a text: others have numbers and objects for it as well. */
function nameOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    // Of most objects the text is the same.
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  } catch {
    return undefined;
  }
}
