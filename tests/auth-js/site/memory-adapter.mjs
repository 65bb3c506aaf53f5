// A database for Auth.js, version 4 or 5: a few maps.
import { randomUUID } from "node:crypto";

export function memoryAdapter() {
  const users = new Map();
  const accounts = new Map();
  const sessions = new Map();
  const accountKey = ({ provider, providerAccountId }) => `${provider} ${providerAccountId}`;
  return {
    users,
    async createUser(user) {
      const row = { ...user, id: `row_${randomUUID()}`, passwordHash: "not for the browser" };
      users.set(row.id, row);
      return row;
    },
    getUser: async (id) => users.get(id) ?? null,
    getUserByEmail: async (email) => [...users.values()].find((u) => u.email === email) ?? null,
    getUserByAccount: async (account) => users.get(accounts.get(accountKey(account))) ?? null,
    async updateUser(user) {
      const row = { ...users.get(user.id), ...user };
      users.set(row.id, row);
      return row;
    },
    linkAccount: async (account) => void accounts.set(accountKey(account), account.userId),
    async createSession(session) {
      sessions.set(session.sessionToken, session);
      return session;
    },
    async getSessionAndUser(sessionToken) {
      const session = sessions.get(sessionToken);
      const user = session && users.get(session.userId);
      return user ? { session: { ...session }, user: { ...user } } : null;
    },
    async updateSession(session) {
      const row = { ...sessions.get(session.sessionToken), ...session };
      sessions.set(row.sessionToken, row);
      return row;
    },
    deleteSession: async (sessionToken) => void sessions.delete(sessionToken),
  };
}
