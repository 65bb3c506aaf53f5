// What the deployment thinks of a token is what verify-as-convex thinks of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKeys } from "convex-token";
import { Verifier } from "../tools/verifier.mjs";
import { deployed, user } from "./started.mjs";

describe("identities", () => {
  const started = deployed();

  test("are judged as verify-as-convex judges", async () => {
    const { issuerOf, keys } = started;
    const signed = started.issuer.sign(user);
    const tokens = {
      "a good one": signed,
      "no token": "none",
      "another audience": issuerOf(keys, { audience: "other" }).sign(user),
      "another issuer": issuerOf(keys, { issuer: "https://other.convex.site" }).sign(user),
      "another key": issuerOf(generateKeys({ algorithm: "EdDSA" })).sign(user),
      "a key that may not sign": issuerOf(generateKeys({ algorithm: "ES256" })).sign(user),
      "a changed signature": `${signed.slice(0, -4)}AAAA`,
      expired: issuerOf(keys, { now: 1_700_000_000 }).sign(user),
    };
    const verifier = new Verifier();
    try {
      for (const [name, token] of Object.entries(tokens)) {
        const { providers } = started.convex;
        const judgement = await verifier.judge(token, { providers });
        const response = await fetch(`${started.convex.url}/api/query`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ path: "users:whoami", args: [{}] }),
        });
        const { value, code, message } = await response.json();
        if (judgement.accepted) {
          assert.deepEqual(value, judgement.identity, name);
        } else {
          const { status } = response;
          const { accepted: _, causes: __, ...expected } = judgement;
          assert.deepEqual({ status, code, message }, expected, name);
        }
        assert.equal(judgement.accepted, name === "a good one", name);
      }
    } finally {
      await verifier.close();
    }
  });

  test("are judged with the documents that http.ts serves", async () => {
    const { convex, issuer } = started;
    await fetch(`${convex.url}/api/query`, {
      method: "POST",
      headers: { authorization: `Bearer ${issuer.sign(user)}` },
      body: JSON.stringify({ path: "users:whoami", args: [{}] }),
    });
    const { discoveryFetches, jwksFetches } = convex.counts;
    assert.deepEqual({ discoveryFetches, jwksFetches }, { discoveryFetches: 1, jwksFetches: 1 });
  });
});
