// Judges what a host reported (checks.mjs) with code that is not the package's: `jose` verifies the
// tokens, `node:crypto` derives the public keys. Every deviation is one sentence of what was
// expected and what was found.

import { createPrivateKey, createPublicKey } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from "jose";

const keyTypes = { RS256: "rsa", ES256: "ec", EdDSA: "ed25519" };
const requiredExports = [
  "ConvexTokenError",
  "convexAuthProvider",
  "createIssuer",
  "decodeConvexToken",
  "generateKeys",
  "jwksFromKey",
  "openidConfiguration",
  "safeEqual",
  "signConvexToken",
  "verifyConvexToken",
];

/**
 * @param {any} outcome what `runChecks` returned on the host
 * @param {{ input: Record<string, string>, environment?: boolean, generateRsa?: boolean }} expected
 *   `environment`: the host has environment variables, so a key is found there
 * @returns {Promise<string[]>} the deviations, none when all is well
 */
export async function judge(outcome, { input, environment = false, generateRsa = false }) {
  const { claims, report } = outcome ?? {};
  if (!report) return [`expected a report, found ${show(outcome)}`];
  const problems = [];
  const judgement = { claims, input, generateRsa, environment };

  for (const [name, rule] of Object.entries(rules)) {
    const expectations = new Expectations(name, problems);
    const result = report[name];
    if (!result) problems.push(`${name}: expected a result, found none`);
    else if (result.error) problems.push(`${name}: expected no error, found ${show(result.error)}`);
    else {
      try {
        await rule(result.value, expectations, judgement);
      } catch (error) {
        problems.push(`${name}: expected a result that can be judged, found ${error.stack}`);
      }
    }
  }
  return problems;
}

/** Collects the deviations of one check. */
class Expectations {
  constructor(name, problems) {
    this.name = name;
    this.problems = problems;
  }

  equal(what, found, expected) {
    if (!isDeepStrictEqual(found, expected)) this.wrong(what, show(expected), found);
  }

  that(what, expected, condition, found) {
    if (!condition) this.wrong(what, expected, found);
  }

  wrong(what, expected, found) {
    this.problems.push(`${this.name}: ${what}: expected ${expected}, found ${show(found)}`);
  }

  /** A refusal is a ConvexTokenError with a stable code and a hint, and holds no key material. */
  refused(what, found, { input }) {
    this.equal(`${what}: a ConvexTokenError`, found?.isConvexTokenError, true);
    this.that(`${what}: code`, "ERR_ and capitals", /^ERR_[A-Z0-9_]+$/.test(found?.code), found);
    this.that(
      `${what}: message`,
      "a text",
      typeof found?.message === "string" && found.message,
      found,
    );
    this.that(`${what}: hint`, "a text", typeof found?.hint === "string" && found.hint, found);
    const secret = input.rsaPrivateKey.split("\n")[5];
    this.that(`${what}: key material`, "none", !JSON.stringify(found).includes(secret), found);
  }
}

/** One rule a check, by the check's name. */
const rules = {
  exports(found, expect) {
    const missing = requiredExports.filter((name) => !found.includes(name));
    expect.equal("missing exports", missing, []);
  },
  RS256: algorithmRule("RS256"),
  ES256: algorithmRule("ES256"),
  EdDSA: algorithmRule("EdDSA"),
  async "/.well-known/jwks.json"(found, expect, { input }) {
    servedJson(found, expect);
    const { keys } = JSON.parse(found.body);
    expect.equal("keys", keys, [await publicJwk("RS256", input.rsaPrivateKey)]);
  },
  "/.well-known/openid-configuration"(found, expect, { input }) {
    servedJson(found, expect);
    const document = JSON.parse(found.body);
    expect.equal("issuer", document.issuer, input.issuer);
    expect.equal("jwks_uri", document.jwks_uri, `${input.issuer}/.well-known/jwks.json`);
    for (const member of [
      "authorization_endpoint",
      "response_types_supported",
      "subject_types_supported",
      "id_token_signing_alg_values_supported",
    ]) {
      expect.that(member, "it in the document", document[member] !== undefined, document);
    }
  },
  "/other"(found, expect) {
    expect.equal("a path that is not the issuer's", found, null);
  },
  "public key refused"(found, expect, judgement) {
    expect.equal("an Error", found.isError, true);
    expect.refused("the call", found, judgement);
  },
  async environment(found, expect, judgement) {
    const { environment, input, claims } = judgement;
    if (!environment)
      return expect.refused("a host without environment variables", found, judgement);
    if (!found.token) return expect.wrong("the environment's key", "a token", found);
    const jwks = { keys: [await publicJwk("RS256", input.rsaPrivateKey)] };
    await verifiedByJose(found.token, expect, { jwks, algorithm: "RS256", input, claims });
  },
};

/** The rule for the keys, the set and the tokens of one algorithm. */
function algorithmRule(algorithm) {
  return async (found, expect, judgement) => {
    const { input, claims, generateRsa } = judgement;
    const { generated, privateKey, jwks, tokens, verified, tampered } = found;
    const jwk = await publicJwk(algorithm, privateKey);

    expect.equal("key type", createPrivateKey(privateKey).asymmetricKeyType, keyTypes[algorithm]);
    expect.equal("jwksFromKey, against node:crypto", jwks, { keys: [jwk] });
    if (algorithm !== "RS256" || generateRsa) {
      expect.equal("generateKeys().algorithm", generated?.algorithm, algorithm);
      expect.equal("generateKeys().kid", generated?.kid, jwk.kid);
      expect.equal("generateKeys().publicJwk", generated?.publicJwk, jwk);
      expect.equal("generateKeys().jwks", generated?.jwks, { keys: [jwk] });
    }

    expect.equal("number of tokens", tokens.length, 2);
    const payloads = [];
    for (const token of tokens) {
      payloads.push(await verifiedByJose(token, expect, { jwks, algorithm, input, claims }));
    }
    const [first, second] = payloads;
    expect.equal("iat of two signings within a second", first.iat, second.iat);
    expect.that("jti of two signings", "different ones", first.jti !== second.jti, payloads);
    expect.that("two signings", "different tokens", tokens[0] !== tokens[1], tokens);

    expect.equal("verifyConvexToken().claims", verified.claims, first);
    expect.equal("verifyConvexToken().header.kid", verified.header?.kid, jwk.kid);
    expect.equal("identity.subject", verified.identity?.subject, claims.sub);
    expect.equal("identity.issuer", verified.identity?.issuer, input.issuer);
    expect.equal(
      "identity.tokenIdentifier",
      verified.identity?.tokenIdentifier,
      `${input.issuer}|${claims.sub}`,
    );
    expect.refused("a tampered token", tampered, judgement);
  };
}

/** Verifies a token with `jose` and its payload against the claims that were signed. */
async function verifiedByJose(token, expect, { jwks, algorithm, input, claims }) {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
    algorithms: [algorithm],
    issuer: input.issuer,
    audience: "convex",
    typ: "JWT",
    requiredClaims: ["sub", "iat", "exp", "jti"],
  });
  const { iat, exp, jti, nbf, iss, aud, ...own } = payload;
  expect.equal("claims of the token", own, claims);
  expect.equal("aud", aud, "convex");
  expect.equal("lifetime in seconds", exp - iat, 3600);
  expect.that("jti", "16 characters or more", typeof jti === "string" && jti.length >= 16, jti);
  expect.that("header.kid", "a text", typeof protectedHeader.kid === "string", protectedHeader);
  return payload;
}

/** The public JWK that the package must publish for a private key, made by `node:crypto`. */
async function publicJwk(algorithm, privateKey) {
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: "sig" };
}

/** What Convex needs of the two routes (status, type) and what a rotation needs (a cache lifetime). */
function servedJson(found, expect) {
  expect.equal("status", found?.status, 200);
  const type = found?.headers["content-type"];
  expect.that(
    "content-type",
    "application/json or application/jwk-set+json",
    /^application\/(json|jwk-set\+json)(; *charset=utf-8)?$/i.test(type),
    type,
  );
  expect.that(
    "cache-control",
    "a max-age",
    /max-age=\d+/.test(found?.headers["cache-control"]),
    found?.headers,
  );
}

/** A value in one line, cut where it is long. */
export function show(value) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 900 ? `${text.slice(0, 900)} …` : text;
}
