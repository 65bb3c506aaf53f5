/** What a session says about its user, as claims. */
import { integrationError } from "./integration-errors.js";
import type { ConvexClaims } from "./types.js";

/** A user as the sessions of Auth.js have it. */
export interface SessionUser {
  id?: unknown;
  name?: unknown;
  email?: unknown;
  image?: unknown;
}

/**
 * The claims of a user: `sub`, and of `name`, `email` and `picture` those that are there.
 *
 * @param id of the user, where it is not the session that has it
 * @throws ConvexTokenError `ERR_SESSION_USER` when there is no id
 */
export function claimsOfUser(user: SessionUser | null | undefined, id = user?.id): ConvexClaims {
  const sub = subjectOf(id);
  if (sub === undefined) throw integrationError("session-missing-user");
  return {
    sub,
    name: text(user?.name),
    email: text(user?.email),
    picture: text(user?.image),
  };
}

/** Other numbers are nobody's: two ids of a database that are greater than these may be one here. */
function subjectOf(id: unknown): string | undefined {
  if (typeof id === "bigint" || (typeof id === "number" && Number.isSafeInteger(id)))
    return `${id}`;
  return text(id);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
