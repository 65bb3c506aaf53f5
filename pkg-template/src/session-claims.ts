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
  const sub = typeof id === "number" || typeof id === "bigint" ? `${id}` : id;
  if (typeof sub !== "string" || sub === "") throw integrationError("session-missing-user");
  return {
    sub,
    name: text(user?.name),
    email: text(user?.email),
    picture: text(user?.image),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
