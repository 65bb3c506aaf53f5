/** Sessions, in memory: a random id in a cookie stands for a user. Yours may be in a database. */
import { randomUUID } from "node:crypto";

type User = { id: string; name: string };

/** FOR THE DEMO ONLY: users with a password that everybody knows. */
const users: User[] = [
  { id: "user_1815", name: "Ada" },
  { id: "user_1906", name: "Grace" },
];
const demoPassword = "demo";

const sessions = new Map<string, User>();

/** The user whose session the request's cookie names. */
export function userOf(request: Request): User | undefined {
  return sessions.get(sessionId(request));
}

/** Starts a session: the cookie for it, or nothing when the name or the password is wrong. */
export function startSession(name: unknown, password: unknown): string | undefined {
  const user = users.find((user) => user.name === name);
  if (!user || password !== demoPassword) return undefined;
  const id = randomUUID();
  sessions.set(id, user);
  return cookie(id, 24 * 60 * 60);
}

/** Ends the request's session: the cookie that takes the cookie away. */
export function endSession(request: Request): string {
  sessions.delete(sessionId(request));
  return cookie("", 0);
}

function sessionId(request: Request): string {
  return /(?:^|; )session=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "";
}

/** Out of reach for scripts and for forms of other sites. (Behind https add `; Secure`.) */
function cookie(id: string, seconds: number): string {
  return `session=${id}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
}
