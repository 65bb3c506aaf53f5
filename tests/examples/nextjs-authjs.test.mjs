// Over HTTP, without a browser; tests/e2e has the browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateKeys } from "convex-token";
import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { assertTokensUnderLoad } from "../tools/load.mjs";
import { NextApp } from "../tools/next-app.mjs";
import { Example } from "./example.mjs";

const example = new Example("nextjs-authjs");
const app = new NextApp(example.folder);
let convex;

before(async () => {
  await example.install();
  const { privateKey, jwks } = generateKeys();
  convex = await startLocalConvex({
    project: example.folder,
    env: { JWKS: JSON.stringify(jwks) },
  });
  await app.build({ NEXT_PUBLIC_CONVEX_URL: convex.url });
  await app.serve({
    NEXT_PUBLIC_CONVEX_URL: convex.url,
    CONVEX_SITE_URL: convex.siteUrl,
    CONVEX_AUTH_PRIVATE_KEY: privateKey,
    AUTH_SECRET: "of the tests alone",
  });
});
after(async () => {
  await app.close();
  await example.close();
  await convex?.close();
});

/** A visitor who keeps cookies. */
class Visitor {
  #cookies = new Map();

  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async fetch(path, { headers, ...init } = {}) {
    const response = await fetch(app.url + path, {
      redirect: "manual",
      headers: { ...headers, cookie: this.cookie },
      ...init,
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text);
      this.#cookies.set(name, value);
    }
    return response;
  }

  async signIn(email, password) {
    const { csrfToken } = await (await this.fetch("/api/auth/csrf")).json();
    const body = new URLSearchParams({ email, password, csrfToken });
    return this.fetch("/api/auth/callback/credentials", { method: "POST", body });
  }

  async token() {
    return (await (await this.fetch("/api/session/token")).json()).token;
  }
}

async function signedIn() {
  const visitor = new Visitor();
  await visitor.signIn("ada@example.com", "demo");
  return visitor;
}

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("the server renders the page as nobody, and after signing in as the user", async () => {
  const visitor = new Visitor();
  const shows = async (text) => {
    const html = await (await visitor.fetch("/")).text();
    assert.ok(html.replaceAll("<!-- -->", "").includes(text), `${text}\n${app.output}`);
  };
  await shows("Nobody: <code>getUserIdentity()</code> is null");
  await visitor.signIn("ada@example.com", "demo");
  await shows("<dt>subject</dt><dd>user_1815</dd>");
  await shows("<dt>name</dt><dd>Ada Lovelace</dd>");
  await shows("Write as Ada Lovelace");
});

test("a wrong password signs nobody in", async () => {
  const visitor = new Visitor();
  const response = await visitor.signIn("ada@example.com", "a guess");
  assert.match(response.headers.get("location"), /error=CredentialsSignin/);
  assert.equal(await (await visitor.fetch("/api/auth/session")).json(), null);
});

test("the token route's token writes in the user's name", async () => {
  const client = new ConvexHttpClient(convex.url);
  client.setAuth(await (await signedIn()).token());
  await client.mutation(anyApi.messages.send, { text: "By token" });
  const messages = await client.query(anyApi.messages.list, {});
  assert.deepEqual(
    messages.map(({ name, text, mine }) => ({ name, text, mine })),
    [{ name: "Ada Lovelace", text: "By token", mine: true }],
  );
});

test("nobody writes unsigned", async () => {
  const client = new ConvexHttpClient(convex.url);
  await assert.rejects(client.mutation(anyApi.messages.send, { text: "By nobody" }), {
    data: "Sign in before you write.",
  });
});

test("1,000 at once on the token route: none fails, each token is its own, memory stays", async (t) => {
  const visitor = await signedIn();
  await assertTokensUnderLoad(t, `${app.url}/api/session/token?force=true`, {
    headers: { cookie: visitor.cookie },
    pid: app.pid,
  });
});

test("the token route refuses who is not signed in, and pages of other sites", async () => {
  const anonymous = await new Visitor().fetch("/api/session/token");
  assert.equal(anonymous.status, 401);
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  const other = await (await signedIn()).fetch("/api/session/token", { headers });
  assert.equal(other.status, 403);
  for (const response of [anonymous, other]) {
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(Object.keys(await response.json()), ["error"]);
  }
});
