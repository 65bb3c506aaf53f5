import { convexSession } from "convex-token/next-auth";
import { convexToken, pagesTokenRoute, tokenRoute } from "convex-token/next";
import { getServerSession, type NextAuthOptions, type Session } from "next-auth";
import type { NextApiRequest, NextApiResponse } from "next";

export const authOptions: NextAuthOptions = {
  providers: [],
  callbacks: { session: convexSession() },
};

export const inferred = { providers: [], callbacks: { session: convexSession({ audience: "a" }) } };

export const composed: NextAuthOptions = {
  providers: [],
  callbacks: {
    session: convexSession({
      expiresIn: "15m",
      session({ session, token, user, trigger, newSession }) {
        const update: "update" = trigger;
        const sub: string | undefined = token.sub;
        const id: string = user.id;
        void [update, sub, id, newSession];
        if (session.user) session.user.name = "Ada";
        return session;
      },
      claims: ({ session, token, user }) => ({
        sub: token.sub ?? user.id,
        name: session.user?.name,
        role: token["role"],
      }),
    }),
  },
};

const mine: NonNullable<NextAuthOptions["callbacks"]>["session"] = ({ session }) => session;
export const given = convexSession({ session: mine });

export async function tokens(session: Session): Promise<void> {
  const token: string = session.convexToken;
  const error: string | undefined = session.convexTokenError;
  const one = await getServerSession(authOptions);
  const two = await getServerSession(inferred);
  const sure: string | undefined = one?.convexToken ?? two?.convexToken;
  const now: string | undefined = convexToken(one);
  const later: string | undefined = await convexToken(() => getServerSession(authOptions));
  void [token, error, sure, now, later];
}

export const { GET } = tokenRoute({ session: () => getServerSession(authOptions) });
export const chosen = tokenRoute({
  session: () => getServerSession(authOptions),
  claims: (session) => ({ sub: session.user?.email ?? "nobody", at: session.expires }),
});
export const handler: (request: NextApiRequest, response: NextApiResponse) => unknown =
  pagesTokenRoute({
    session: (request, response) => getServerSession(request, response, authOptions),
    claims: (session) => ({ sub: session.user?.email ?? "nobody" }),
  });

// @ts-expect-error the issuer sets it
convexSession({ claims: () => ({ sub: "a", iss: "b" }) });
// @ts-expect-error without a subject there is no token
convexSession({ claims: () => ({ name: "a" }) });
// @ts-expect-error an own callback is an option
convexSession(({ session }: { session: Session }) => session);
// @ts-expect-error a session belongs in there
tokenRoute({});
