// `convexAuthConfig`: what auth.config.ts exports, as Convex's own bundler packs it and a deploy
// evaluates it.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  ConvexTokenError,
  convexAuthProvider,
  generateKeys,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { convexAuthConfig } from "convex-token/convex";
import { bundleFunctions } from "../local-convex/push.mjs";
import { Canaries } from "../tools/canaries.mjs";
import { Deployment, projectFolder } from "./deployment.mjs";

const siteUrl = "https://happy-animal-123.convex.site";
const keys = Object.fromEntries(
  ["RS256", "ES256", "EdDSA"].map((algorithm) => [algorithm, generateKeys({ algorithm })]),
);
const setOf = (...names) => ({ keys: names.map((name) => keys[name].publicJwk) });

/** The only entry of a configuration. */
function entry(options) {
  const { providers, ...rest } = convexAuthConfig(options);
  assert.deepEqual([providers.length, rest], [1, {}]);
  return providers[0];
}

function embedded({ jwks }) {
  const prefix = "data:application/json,";
  assert.ok(jwks.startsWith(prefix), jwks);
  return JSON.parse(decodeURIComponent(jwks.slice(prefix.length)));
}

function refused(code, options, pattern = /./) {
  assert.throws(
    () => convexAuthConfig(options),
    (error) => {
      assert.ok(error instanceof ConvexTokenError, String(error));
      assert.equal(error.code, code);
      assert.ok(error.message.endsWith(` ${error.hint}`), "a deploy shows the message alone");
      assert.match(error.message, pattern);
      return true;
    },
  );
}

function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

function never() {
  throw new Error("not to be looked at");
}

beforeEach(() => {
  process.env.CONVEX_SITE_URL = siteUrl;
});
afterEach(() => {
  delete process.env.CONVEX_SITE_URL;
  delete process.env.JWKS;
});

describe("the OIDC entry", () => {
  const oidc = { domain: siteUrl, applicationID: "convex" };

  test("is the default, for the deployment's own issuer", () => {
    for (const options of [undefined, {}, { kind: "oidc" }, { kind: undefined }]) {
      assert.deepEqual(entry(options), oidc);
    }
  });

  test("names issuer and audience as tokens do", () => {
    const issuer = "https://auth.example/tenant";
    for (const given of [issuer, `${issuer}/`, ` ${issuer}// `]) {
      const found = entry({ issuer: given, applicationID: "mine" });
      assert.deepEqual(found, { domain: issuer, applicationID: "mine" });
    }
    process.env.CONVEX_SITE_URL = `${siteUrl}/`;
    assert.deepEqual(entry(), oidc);
  });

  test("takes the issuer of a deployment on this machine", () => {
    for (const issuer of ["http://127.0.0.1:3211", "http://localhost:3211", "http://[::1]:3211"]) {
      assert.equal(entry({ issuer }).domain, issuer);
    }
  });

  test("reads no variable but CONVEX_SITE_URL, and not even that when it is given the issuer", () => {
    const read = [];
    const { env } = process;
    process.env = new Proxy(env, {
      get(target, name) {
        read.push(name);
        return target[name];
      },
    });
    try {
      convexAuthConfig();
      convexAuthConfig({ issuer: siteUrl });
      convexAuthConfig({ kind: "customJwt" });
    } finally {
      process.env = env;
    }
    assert.deepEqual(read, ["CONVEX_SITE_URL", "CONVEX_SITE_URL"]);
  });
});

describe("the customJwt entry", () => {
  const common = { type: "customJwt", issuer: siteUrl, applicationID: "convex" };
  const route = `${siteUrl}/.well-known/jwks.json`;

  test("fetches the issuer's set unless told otherwise, for RS256", () => {
    assert.deepEqual(entry({ kind: "customJwt" }), { ...common, algorithm: "RS256", jwks: route });
    const options = { kind: "customJwt", algorithm: "ES256", issuer: "https://a.example/b/" };
    const { issuer, jwks, algorithm } = entry(options);
    assert.deepEqual(
      [issuer, jwks, algorithm],
      ["https://a.example/b", "https://a.example/b/.well-known/jwks.json", "ES256"],
    );
  });

  test("fetches from another URL", () => {
    for (const jwks of ["https://cdn.example/keys", "http://127.0.0.1:3210/jwks", "data:,{}"]) {
      assert.equal(entry({ kind: "customJwt", jwks }).jwks, jwks);
    }
  });

  test("has the variable JWKS in it, when that is asked for", () => {
    process.env.JWKS = JSON.stringify(setOf("ES256"));
    const found = entry({ kind: "customJwt", embedJwks: true });
    assert.equal(found.algorithm, "ES256");
    assert.deepEqual(embedded(found), setOf("ES256"));
    process.env.JWKS = `'${process.env.JWKS}'`;
    assert.deepEqual(entry({ kind: "customJwt", embedJwks: true }), found);
  });

  test("has a given set in it, as text or object", () => {
    for (const jwks of [setOf("RS256"), JSON.stringify(setOf("RS256"))]) {
      assert.deepEqual(embedded(entry({ kind: "customJwt", jwks })), setOf("RS256"));
    }
  });

  test("has all keys of its one algorithm in it, and no others", () => {
    const next = generateKeys({ algorithm: "ES256" }).publicJwk;
    const jwks = { keys: [...setOf("EdDSA", "ES256", "RS256").keys, next] };
    const first = entry({ kind: "customJwt", jwks });
    assert.equal(first.algorithm, "ES256");
    assert.deepEqual(embedded(first).keys, [keys.ES256.publicJwk, next]);
    const chosen = entry({ kind: "customJwt", jwks, algorithm: "RS256" });
    assert.deepEqual(embedded(chosen), setOf("RS256"));
  });

  test("never has a private member in it", () => {
    const jwk = { ...keys.ES256.publicJwk, d: "secret", key_ops: ["sign"] };
    const found = entry({ kind: "customJwt", jwks: { keys: [jwk, { kty: "oct", k: "secret" }] } });
    assert.deepEqual(embedded(found), setOf("ES256"));
  });

  test("says for which algorithm a key is that does not say it", () => {
    const { alg, ...bare } = keys.RS256.publicJwk;
    assert.deepEqual(
      embedded(entry({ kind: "customJwt", jwks: { keys: [bare] } })),
      setOf("RS256"),
    );
  });

  test("is one by which this package's own verification takes tokens", () => {
    for (const algorithm of ["RS256", "ES256"]) {
      const { privateKey, jwks } = keys[algorithm];
      const token = signConvexToken({ sub: "ada" }, { privateKey });
      const provider = entry({ kind: "customJwt", jwks });
      assert.equal(verifyConvexToken(token, { provider }).identity.subject, "ada");
    }
  });
});

describe("what is refused", () => {
  test("no issuer, and one that is none", () => {
    for (const CONVEX_SITE_URL of ["", " "]) {
      process.env.CONVEX_SITE_URL = CONVEX_SITE_URL;
      refused("ERR_ISSUER_MISSING", {}, /CONVEX_SITE_URL is not set in the Convex deployment/);
    }
    delete process.env.CONVEX_SITE_URL;
    refused("ERR_ISSUER_MISSING", {}, /CONVEX_SITE_ORIGIN/);
    for (const issuer of [
      "happy-animal-123.convex.site",
      "ftp://a.example",
      "https://",
      "https:// a.example",
      "https://a.example/?x",
      '"https://a.example"',
    ]) {
      refused("ERR_ISSUER_INVALID", { issuer }, /whole URL/);
    }
    refused("ERR_ISSUER_INVALID", { issuer: 1 });
  });

  test(".convex.cloud for .convex.site", () => {
    for (const issuer of ["https://a-b-1.convex.cloud", "https://a-b-1.eu-west-1.convex.cloud/"]) {
      refused("ERR_ISSUER_CLOUD", { issuer }, /\.convex\.site rather than \.convex\.cloud/);
    }
  });

  test("a set to embed that is not there, before anything else is made of it", () => {
    const hint = /JWKS is not set in the Convex deployment.*before you deploy/;
    refused("ERR_JWKS_MISSING", { kind: "customJwt", embedJwks: true }, hint);
    refused("ERR_JWKS_MISSING", { kind: "customJwt", jwks: process.env.JWKS }, hint);
  });

  test("a set without kid, in which a customJwt provider finds no key", () => {
    const { kid, ...bare } = keys.RS256.publicJwk;
    refused("ERR_JWKS_KID", { kind: "customJwt", jwks: { keys: [bare] } }, /convex-token jwks/);
  });

  test("a set without a key for the algorithm", () => {
    for (const jwks of [setOf("EdDSA"), { keys: [] }, { keys: [1, null, {}] }]) {
      refused("ERR_JWKS", { kind: "customJwt", jwks }, /kind: "oidc"/);
    }
    refused("ERR_JWKS", { kind: "customJwt", jwks: setOf("RS256"), algorithm: "ES256" }, /ES256/);
    const encryption = { keys: [{ ...keys.RS256.publicJwk, use: "enc" }] };
    refused("ERR_JWKS", { kind: "customJwt", jwks: encryption });
  });

  test("what is no set, without showing it", () => {
    for (const jwks of [
      "",
      "x",
      "[]",
      "null",
      '{"keys":',
      "-----BEGIN PRIVATE KEY-----",
      1,
      null,
    ]) {
      refused("ERR_JWKS", { kind: "customJwt", jwks }, /^((?!BEGIN PRIVATE KEY).)*$/);
    }
  });

  test("options that are none; null is no option", () => {
    for (const options of [null, undefined]) {
      assert.deepEqual(convexAuthConfig(options).providers, [
        { domain: siteUrl, applicationID: "convex" },
      ]);
    }
    for (const options of ["customJwt", 1, true, () => ({})]) {
      refused("ERR_OPTION", options, /`options` is of the type \w+\. Give an object/);
    }
    const jwks = { kind: "customJwt", issuer: null, embedJwks: null, algorithm: null };
    assert.equal(entry(jwks).jwks, `${siteUrl}/.well-known/jwks.json`);
  });

  test("names that every object has", () => {
    for (const algorithm of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      refused("ERR_PROVIDER_ALGORITHM", { kind: "customJwt", algorithm });
    }
    Object.assign(Object.prototype, { jwks: "https://evil.example", HS256: ["kty", "k"] });
    try {
      const { jwks } = entry({ kind: "customJwt" });
      assert.equal(jwks, `${siteUrl}/.well-known/jwks.json`);
      refused("ERR_PROVIDER_ALGORITHM", { kind: "customJwt", algorithm: "HS256" });
    } finally {
      delete Object.prototype.jwks;
      delete Object.prototype.HS256;
    }
  });

  test("a key that lacks a member, or has one that is none", () => {
    for (const [algorithm, names] of [
      ["RS256", ["n", "e"]],
      ["ES256", ["x", "y"]],
    ]) {
      const { publicJwk } = keys[algorithm];
      for (const name of names) {
        for (const value of [undefined, null, "", 1, {}, "a b", "a+b/", "a="]) {
          const jwks = { keys: [keys[algorithm].publicJwk, { ...publicJwk, [name]: value }] };
          refused("ERR_JWKS", { kind: "customJwt", jwks }, new RegExp(`\`${name}\``));
        }
      }
    }
    const { keys: list } = setOf("RS256");
    refused("ERR_JWKS_KID", { kind: "customJwt", jwks: { keys: [{ ...list[0], kid: "" }] } });
  });

  test("values of any type and length, of which little is shown and no key", () => {
    const { privateKey } = keys.RS256;
    const jwk = JSON.stringify(createPrivateKey(keys.ES256.privateKey).export({ format: "jwk" }));
    const texts = [
      privateKey,
      privateKey.replaceAll("\n", "\\n"),
      privateKey.replaceAll("\n", " "),
      `"${privateKey}"`,
      Buffer.from(privateKey).toString("base64"),
      `https://a.example/${privateKey}`,
      jwk,
      `https://a.example/?${jwk}`,
      "x".repeat(100_000),
      "x ".repeat(100_000),
    ];
    const canaries = new Canaries([privateKey, keys.ES256.privateKey]);
    const options = {
      issuer: (value) => [{ issuer: value }, "ERR_ISSUER_INVALID"],
      kind: (value) => [{ kind: value }, "ERR_PROVIDER"],
      algorithm: (value) => [{ kind: "customJwt", algorithm: value }, "ERR_PROVIDER_ALGORITHM"],
    };
    for (const [name, optionsFor] of Object.entries(options)) {
      for (const text of texts) {
        const [given, code] = optionsFor(text);
        const error = thrownBy(() => convexAuthConfig(given));
        assert.equal(error.code, code, name);
        assert.ok(error.message.length < 600, `${error.message.length} characters`);
        assert.deepEqual(canaries.shownIn(error.stack + error.message), []);
        assert.ok(!error.stack.includes(text.slice(0, 130)));
      }
      const odd = [
        Object.create(null),
        Symbol("x"),
        () => 1,
        1n,
        7,
        true,
        [],
        new Proxy({}, { get: never }),
      ];
      for (const value of odd) {
        const [given, code] = optionsFor(value);
        refused(code, given);
      }
    }
    process.env.CONVEX_SITE_URL = privateKey;
    const error = thrownBy(() => convexAuthConfig());
    assert.equal(error.code, "ERR_ISSUER_INVALID");
    assert.deepEqual(canaries.shownIn(error.stack + error.message), []);
    refused("ERR_PROVIDER", { issuer: siteUrl, kind: "a\u0000\nb" }, /"a\\u\{0\}\\nb"/);
  });

  test("values are quoted as the core quotes them", () => {
    for (const kind of [
      "jwt",
      "",
      "x y ".repeat(29) + "1234",
      "x y ".repeat(30),
      "x y ".repeat(30) + "1",
      "ä😀 ".repeat(60),
      "😀".repeat(120),
      "a\u0000\u001b\u0085\t\r\nb",
      "a ".repeat(50) + "\n".repeat(40),
      "k".repeat(48),
      "k".repeat(49),
      `x ${"k".repeat(49)}`,
      `{"crv":"P-256"}`,
      `x {"kty":"EC"}`,
      `kty {`,
      `kty`,
      `${"k".repeat(49)} {"kty":"EC"}`,
      `é${"-_=+/".repeat(10)}`,
    ]) {
      const shownBy = (make) => /is (".*")\. ?/s.exec(thrownBy(() => make({ kind })).message)[1];
      const mine = shownBy((options) => convexAuthConfig(options)).replace(/\. Give .*$/s, "");
      assert.equal(mine, shownBy(convexAuthProvider), JSON.stringify(kind));
    }
  });

  test("other kinds, algorithms and audiences", () => {
    refused("ERR_PROVIDER", { kind: "jwt" }, /"jwt".*"oidc" or "customJwt"/);
    refused("ERR_PROVIDER_ALGORITHM", { kind: "customJwt", algorithm: "EdDSA" }, /kind: "oidc"/);
    for (const applicationID of ["", " ", 1, null]) refused("ERR_AUDIENCE", { applicationID });
  });
});

describe("at a deploy", () => {
  test("Convex's own bundler packs the file without WebAssembly", async () => {
    const folder = await mkdtemp(join(tmpdir(), "auth-config-"));
    try {
      await bundleFunctions(projectFolder("own-login"), folder);
      const config = await readFile(join(folder, "auth.config.js"), "utf8");
      assert.ok(config.length < 50_000, `${config.length} characters`);
      assert.doesNotMatch(config, /WebAssembly|[A-Za-z0-9+/]{200}/);
      // The routes do need it, so this would be noticed.
      const chunks = await readFile(join(folder, "http.js"), "utf8");
      assert.match(chunks, /_deps\//);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("the deployment's own variables are enough", async () => {
    const deployment = new Deployment();
    try {
      await deployment.start(projectFolder("own-login"), {});
      const domain = deployment.siteUrl;
      assert.deepEqual(deployment.providers, [{ domain, applicationID: "convex" }]);
    } finally {
      await deployment.close();
    }
  });

  test("a set to embed that is not set stops it, and the error says what to set", async () => {
    const deployment = new Deployment();
    try {
      await assert.rejects(
        deployment.start(projectFolder("embedded"), {}),
        /JWKS is not set in the Convex deployment\. .*npx convex env set JWKS/,
      );
    } finally {
      await deployment.close();
    }
  });
});
