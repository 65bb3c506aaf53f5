import NextAuth, { type NextAuthConfig } from "next-auth";
import Google from "next-auth/providers/google";

const config = {
	providers: [Google],
	callbacks: {
		authorized: ({ auth }) => auth !== null, // for the proxy
	},
} satisfies NextAuthConfig;

export const { handlers, auth, signIn, signOut } = NextAuth(config);
