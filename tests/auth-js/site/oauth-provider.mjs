// A stub of an OAuth provider: its user is always signed in and agrees to everything.
import { listen } from "../../tools/listen.mjs";

export const member = {
  id: "member-1843",
  name: "Grace Hopper",
  email: "grace@example.com",
  picture: "https://example.com/grace.png",
};

export async function startOAuthProvider() {
  const server = await listen((request) => {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/authorize": {
        const back = new URL(url.searchParams.get("redirect_uri"));
        back.searchParams.set("code", "a-code");
        const state = url.searchParams.get("state");
        if (state !== null) back.searchParams.set("state", state);
        return Response.redirect(back);
      }
      case "/token":
        return Response.json({ access_token: "an-access-token", token_type: "Bearer" });
      case "/userinfo":
        return Response.json(member);
      default:
        return new Response("not here", { status: 404 });
    }
  });
  /** The provider as an entry of `providers`, in the form that versions 4 and 5 share. */
  const provider = {
    id: "stub",
    name: "Stub",
    type: "oauth",
    clientId: "a-client",
    clientSecret: "a-client-secret",
    checks: ["state"],
    authorization: { url: `${server.origin}/authorize`, params: { scope: "profile" } },
    token: `${server.origin}/token`,
    userinfo: `${server.origin}/userinfo`,
    profile: ({ id, name, email, picture }) => ({ id, name, email, image: picture }),
  };
  return { provider, close: server.close };
}
