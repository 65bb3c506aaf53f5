// A site as its owner writes it: next-auth for the login, a token for Convex in its session, and the
// two routes by which Convex gets to know the key. All settings come from the environment.

import { text } from "node:stream/consumers";
import { createIssuer, safeEqual, signConvexToken } from "convex-token";
import nextAuth from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";

const { default: NextAuth } = nextAuth;
const { default: CredentialsProvider } = credentialsProvider;

export const user = { id: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };
export const password = "correct horse battery staple";

const authOptions = {
  providers: [
    CredentialsProvider({
      credentials: { email: {}, password: {} },
      authorize: (given) =>
        given.email === user.email && safeEqual(given.password, password) ? user : null,
    }),
  ],
  callbacks: {
    session({ session, token: { sub, name, email } }) {
      session.convexToken = signConvexToken({ sub, name, email });
      return session;
    },
  },
};

export class Site {
  issuer = createIssuer();
  #origin;
  #fetched = [];

  constructor(origin) {
    this.#origin = origin;
  }

  /** The /.well-known routes that were fetched since the last call. */
  takeFetched() {
    return this.#fetched.splice(0);
  }

  async handle(request, response) {
    const url = new URL(request.url, this.#origin);
    const { method, headers } = request;
    const answer = this.issuer.fetch(new Request(url, { method, headers }));
    if (answer) {
      this.#fetched.push(url.pathname.split("/").at(-1));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    } else if (url.pathname.startsWith("/api/auth/")) {
      await addNextExtras(request, response, url);
      await NextAuth(request, response, authOptions);
    } else {
      response.writeHead(404).end();
    }
  }
}

/** What Next.js adds to the request and response of an API route, as far as next-auth uses it. */
async function addNextExtras(request, response, url) {
  const nextauth = url.pathname.split("/").slice(3);
  const cookies = (request.headers.cookie ?? "").split("; ").filter(Boolean);
  Object.assign(request, {
    query: { ...Object.fromEntries(url.searchParams), nextauth },
    cookies: Object.fromEntries(
      cookies.map((cookie) => {
        const [, name, value] = cookie.match(/^([^=]+)=(.*)$/);
        return [name, decodeURIComponent(value)];
      }),
    ),
    body: Object.fromEntries(new URLSearchParams(await text(request))),
  });
  Object.assign(response, {
    status(code) {
      response.statusCode = code;
      return response;
    },
    json(body) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(body));
    },
    send(body) {
      if (typeof body === "string") response.end(body);
      else response.json(body);
    },
  });
}
