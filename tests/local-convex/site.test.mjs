// HTTP actions, by the routes of the project's http.ts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deployed, user } from "./started.mjs";

describe("the site", () => {
  const started = deployed();
  const get = (path, init) => fetch(started.convex.siteUrl + path, init);

  test("serves the discovery document of its own origin, and the published keys", async () => {
    const discovery = await (await get("/.well-known/openid-configuration")).json();
    assert.equal(discovery.issuer, started.convex.siteUrl);
    assert.equal(discovery.jwks_uri, `${started.convex.siteUrl}/.well-known/jwks.json`);
    assert.deepEqual(await (await get("/.well-known/jwks.json")).json(), started.keys.jwks);
  });

  test("hands a request to its action as it came", async () => {
    const response = await get("/echo?a=1", {
      method: "POST",
      headers: { authorization: `Bearer ${started.issuer.sign(user)}`, "x-test": "yes" },
      body: "hello",
    });
    const { identity, ...rest } = await response.json();
    const url = `${started.convex.siteUrl}/echo?a=1`;
    assert.deepEqual(rest, { url, body: "hello", header: "yes" });
    assert.equal(identity.subject, user.sub);
  });

  test("takes a header that is not for Convex for nobody's", async () => {
    const headers = { authorization: "Bearer an-api-key" };
    const response = await get("/echo", { method: "POST", headers, body: "" });
    assert.equal((await response.json()).identity, null);
  });

  test("has no other routes", async () => {
    assert.equal((await get("/nothing")).status, 404);
  });
});
