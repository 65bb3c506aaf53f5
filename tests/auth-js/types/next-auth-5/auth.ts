import { convexSession } from "convex-token/next-auth";
import { convexToken, pagesTokenRoute, tokenRoute } from "convex-token/next";
import NextAuth, { type NextAuthConfig, type Session } from "next-auth";

export const config: NextAuthConfig = {
  providers: [],
  callbacks: { session: convexSession() },
};

export const { auth, handlers } = NextAuth({
  providers: [],
  callbacks: { session: convexSession({ audience: "a" }) },
});

export const composed = {
  providers: [],
  callbacks: {
    session: convexSession({
      expiresIn: "15m",
      session({ session, token, user, trigger, newSession }) {
        const update: "update" | undefined = trigger;
        const id: string = user.id;
        void [update, id, newSession];
        session.user.id = token.sub ?? user.id;
        return session;
      },
      claims: ({ session, token, user }) => ({
        sub: token.sub ?? user.id,
        name: session.user?.name,
        role: token["role"],
      }),
    }),
  },
} satisfies NextAuthConfig;

const mine: NonNullable<NextAuthConfig["callbacks"]>["session"] = ({ session }) => session;
export const given = convexSession({ session: mine });

export async function tokens(session: Session): Promise<void> {
  const token: string = session.convexToken;
  const error: string | undefined = session.convexTokenError;
  const sure: string | undefined = (await auth())?.convexToken;
  const now: string | undefined = convexToken(await auth());
  const later: string | undefined = await convexToken(auth);
  void [token, error, sure, now, later];
}

export const { GET } = tokenRoute({ session: auth });
export const chosen = tokenRoute({
  session: () => auth(),
  claims: (session) => ({ sub: session.user?.id ?? "nobody", at: session.expires }),
});
export const bare = tokenRoute({
  session: auth,
  claims: ({ user }) => ({ sub: `${user?.id}` }),
});
export const handler = pagesTokenRoute({ session: auth });
export const own = tokenRoute({
  session: (request) => (request.url === "" ? null : { userId: "a" }),
  claims: (session) => ({ sub: session.userId }),
});

// @ts-expect-error the issuer sets it
convexSession({ claims: () => ({ sub: "a", iss: "b" }) });
// @ts-expect-error without a subject there is no token
convexSession({ claims: () => ({ name: "a" }) });
// @ts-expect-error an own callback is an option
convexSession(({ session }: { session: Session }) => session);
// @ts-expect-error no such member
tokenRoute({ session: () => auth(), claims: (session) => ({ sub: session.nothing }) });
