// convex-token/next-auth: the session callback of Auth.js, in the ways that its versions call it.
import { convexSession } from "convex-token/next-auth";
import { isToken } from "../material.mjs";
import { isCode, settled } from "../world.mjs";
import { environmentOf, within } from "./environment.mjs";
import { giving, perhapsOdd, throwing } from "./odd.mjs";
import { sessionOf, signingOf } from "./sessions.mjs";

const row = { id: "user_1", name: "Ada", email: "ada@example.com", image: null, passwordHash: "x" };
const token = { sub: "user_1", name: "Ada", email: "ada@example.com", picture: null, jti: "1" };

/** What Auth.js calls it with: sessions in JWTs, or in a database with version 4 or 5. */
function parametersOf(random) {
  const session = sessionOf(random) ?? {};
  const date = random.of([new Date(0), new Date(NaN), "2026-02-01T00:00:00.000Z", undefined]);
  const given = random.of([
    { session, token },
    { session, token: {} },
    { session, user: row },
    { session: { ...session, ...row, sessionToken: "x", expires: date, user: row }, user: row },
    { session, token, newSession: {}, trigger: "update" },
  ]);
  return perhapsOdd(random, given, 30);
}

parametersOf.isExact = true;

function optionsOf(random) {
  const claims = giving(random, perhapsOdd(random, { sub: "user_1", name: "Ada" }, 35));
  const session = giving(random, perhapsOdd(random, sessionOf(random), 35));
  return {
    ...random.of([{}, {}, { claims }, { session }, { claims, session }, { session: throwing(random) }]),
    ...signingOf(random),
  };
} // prettier-ignore

const callbackOf = (options, given) => settled(convexSession(options)(given));

/** What it adds is a token, or the code of the error that the log tells. */
function isSession(session) {
  // What the caller's own callback gave in place of a session.
  if (!session) return true;
  const { convexToken, convexTokenError } = session;
  if (convexToken === undefined) return isCode(convexTokenError);
  return isToken(convexToken);
}

export const operations = [
  ["convexSession", within(callbackOf), [environmentOf, optionsOf, parametersOf], isSession, 1],
]; // prettier-ignore
