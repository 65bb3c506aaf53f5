import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { generateKeys } from "convex-token";
import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { chromium } from "playwright-core";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { launchOptions } from "../tools/chromium.mjs";
import { Example } from "./example.mjs";

const example = new Example("own-session");
let convex, site, browser;

before(async () => {
  await example.install();
  const { privateKey, jwks } = generateKeys();
  convex = await startLocalConvex({
    project: example.folder,
    env: { JWKS: JSON.stringify(jwks) },
  });
  await example.succeed("npm", ["run", "build"]);
  site = await example.serve("node", ["dist/server.js"], {
    PORT: "0",
    CONVEX_URL: convex.url,
    CONVEX_SITE_URL: convex.siteUrl,
    CONVEX_AUTH_PRIVATE_KEY: privateKey,
  });
  browser = await chromium.launch(launchOptions());
});
after(async () => {
  await browser?.close();
  await example.close();
  await convex?.close();
});

/** Logs in, and returns the session's cookie. */
async function login(name, password) {
  const body = new URLSearchParams({ name, password });
  const response = await fetch(`${site}/login`, { method: "POST", body });
  const [cookie] = response.headers.getSetCookie();
  return { response, cookie: cookie?.split(";")[0] };
}

const askForToken = (headers) => fetch(`${site}/api/session/token`, { headers });

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("a session's token is the session's user to Convex", async () => {
  const { cookie } = await login("Ada", "demo");
  const { token } = await (await askForToken({ cookie })).json();
  const client = new ConvexHttpClient(convex.url);
  client.setAuth(token);
  const { subject, name, issuer } = await client.query(anyApi.users.whoami, {});
  assert.deepEqual(
    { subject, name, issuer },
    {
      subject: "user_1815",
      name: "Ada",
      issuer: convex.siteUrl,
    },
  );
});

test("a wrong password starts no session", async () => {
  const { response, cookie } = await login("Ada", "a guess");
  assert.equal(response.status, 401);
  assert.equal(cookie, undefined);
});

test("no token without a session, of whatever cookie", async () => {
  for (const cookie of ["", "session=", "session=1", "session=constructor"]) {
    const response = await askForToken({ cookie });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.ok((await response.json()).error);
  }
});

test("no token for a page of another site, nor after the session's end", async () => {
  const { cookie } = await login("Ada", "demo");
  const other = await askForToken({ cookie, "sec-fetch-site": "cross-site" });
  assert.equal(other.status, 403);
  assert.equal((await other.json()).token, undefined);

  await fetch(`${site}/logout`, { method: "POST", headers: { cookie } });
  assert.equal((await askForToken({ cookie })).status, 401);
});

test("a request that is none, or is cut off, ends nobody else's", async () => {
  const { port, host } = new URL(site);
  const send = async (lines) => {
    const socket = connect(Number(port), "127.0.0.1");
    // How the server ends it does not matter here.
    socket.on("error", () => {}).on("data", () => {});
    socket.end([...lines, "", ""].join("\r\n"));
    await new Promise((resolve) => socket.once("close", resolve));
  };
  await send(["GET / HTTP/1.1", "Host: [", "Connection: close"]);
  await send(["TRACE / HTTP/1.1", `Host: ${host}`, "Connection: close"]);
  await send([
    "GET / HTTP/1.1",
    `Host: ${host}`,
    "Content-Length: 1",
    "Connection: close",
    "",
    "x",
  ]);
  await send(["POST /login HTTP/1.1", `Host: ${host}`, "Content-Length: 1000"]);
  const body = new URLSearchParams({ name: "x".repeat(1_000_000) });
  await fetch(`${site}/login`, { method: "POST", body }).then(
    ({ status }) => assert.equal(status, 400),
    () => {}, // Closed while it was still being sent.
  );
  assert.equal((await fetch(site)).status, 200);
});

test("the page signs in, out, and in again as somebody else, without a reload", async () => {
  const page = await browser.newPage();
  const failures = [];
  page.on("pageerror", (error) => failures.push(error.message));
  const signIn = async (name, password) => {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await page.goto(site);

  await signIn("Ada", "a guess");
  await page.getByText("The name or the password is wrong.").waitFor();
  await signIn("Ada", "demo");
  await page.getByText('"subject": "user_1815"').waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn("Grace", "demo");
  await page.getByText('"subject": "user_1906"').waitFor();

  await page.reload();
  await page.getByText('"subject": "user_1906"').waitFor();
  assert.deepEqual(failures, []);
  await page.close();
});
