// Keys given at each call are parsed once, unchanged claims get the same token: neither may change what
// comes out.
import assert from "node:assert/strict";
import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import {
  createIssuer,
  decodeConvexToken,
  generateKeys,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import { issuer, keys, refused } from "./fixtures.mjs";

const claims = { sub: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };

const pairs = Array.from({ length: 12 }, () => generateKeys({ algorithm: "EdDSA" }));

test("each call is signed with its own key and options, however many take turns", () => {
  for (let round = 0; round < 3; round += 1) {
    for (const [index, { privateKey, jwks, kid }] of pairs.entries()) {
      const audience = `audience-${(index + round) % 3}`;
      const token = signConvexToken(claims, {
        privateKey,
        issuer,
        audience,
        expiresIn: 60 + round,
      });
      const verified = verifyConvexToken(token, { jwks, issuer, audience });
      assert.equal(verified.header.kid, kid);
      assert.equal(verified.claims.exp - verified.claims.iat, 60 + round);
      refused("ERR_TOKEN_KEY_NOT_FOUND", () =>
        verifyConvexToken(token, { jwks: pairs[(index + 1) % pairs.length].jwks }),
      );
    }
  }
});

test("a call with the options of the call before is like any other", () => {
  const { privateKey } = pairs[0];
  const sign = (options) => {
    const given = { privateKey, issuer, ...options };
    const [first, ...others] = [1, 2, 3].map(() => signConvexToken(claims, given));
    for (const token of others) assert.notEqual(token, first);
    return decodeConvexToken(others[1]);
  };
  const [plain, again] = [sign({}), sign({})];
  assert.deepEqual(plain.header, again.header);
  assert.equal(sign({ privateKey: pairs[1].privateKey }).header.kid, pairs[1].kid);
  assert.equal(sign({ privateKey: [pairs[2].privateKey, privateKey] }).header.kid, pairs[2].kid);
  assert.equal(sign({ issuer: "https://other.example" }).claims.iss, "https://other.example");
  assert.equal(sign({ audience: "other" }).claims.aud, "other");
  assert.equal(sign({ keyId: "named" }).header.kid, "named");
  assert.ok(!("kid" in sign({ keyId: false }).header));
  const { iat, exp } = sign({ expiresIn: "2h" }).claims;
  assert.equal(exp - iat, 7200);
  const now = 1_800_000_000;
  assert.equal(sign({ now, notBefore: 5 }).claims.nbf, now + 5);
  assert.equal(sign({ now, notBefore: new Date(1000 * (now + 7)) }).claims.nbf, now + 7);
  assert.equal(sign({ now }).claims.nbf, undefined);
  for (let round = 0; round < 3; round += 1) {
    refused("ERR_AUDIENCE", () => signConvexToken(claims, { privateKey, issuer, audience: "" }));
    refused("ERR_CLAIM_RESERVED", () =>
      signConvexToken({ ...claims, exp: 1 }, { privateKey, issuer }),
    );
  }
});

test("a key object that is changed between two calls is another key", async () => {
  const jwks = [];
  for (let index = 0; index < 2; index += 1) {
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    jwks.push(await crypto.subtle.exportKey("jwk", pair.privateKey));
  }
  const options = { privateKey: { ...jwks[0] }, issuer };
  const kid = () => decodeConvexToken(signConvexToken(claims, options)).header.kid;
  assert.equal(kid(), kid());
  const before = kid();
  Object.assign(options.privateKey, jwks[1]);
  assert.notEqual(kid(), before);
});

test("a key that cannot be read is refused each time, also after one that can", () => {
  const { privateKey } = pairs[0];
  const damaged = privateKey.replace(/.{8}\n-----END/, "\n-----END");
  for (let round = 0; round < 3; round += 1) {
    signConvexToken(claims, { privateKey, issuer });
    assert.throws(() => signConvexToken(claims, { privateKey: damaged, issuer }), /key/i);
  }
});

test("a key in the environment may change between two calls", () => {
  try {
    for (const { privateKey, kid } of [pairs[0], pairs[0], pairs[0], pairs[1], pairs[0]]) {
      process.env.CONVEX_AUTH_PRIVATE_KEY = privateKey;
      assert.equal(decodeConvexToken(signConvexToken(claims, { issuer })).header.kid, kid);
    }
  } finally {
    delete process.env.CONVEX_AUTH_PRIVATE_KEY;
  }
});

test("an issuer that was disposed of signs nothing, though its key has been given to a call", () => {
  const { privateKey } = pairs[0];
  signConvexToken(claims, { privateKey, issuer });
  const own = createIssuer({ privateKey, issuer });
  own.token(claims);
  own.dispose();
  refused("ERR_ISSUER_DISPOSED", () => own.token(claims));
});

const signers = {
  "with a key": ({ privateKey }) => ({ privateKey }),
  "with nodeSigner": ({ privateKey }) => ({ signer: nodeSigner(privateKey) }),
};
for (const [name, options] of Object.entries(signers)) {
  test(`${name}, a token is reused until half of its life, in both units of time`, () => {
    for (const unit of [1, 1000]) {
      let now = 1_800_000_000 * unit;
      const own = createIssuer({ ...options(pairs[0]), issuer, expiresIn: 100, now: () => now });
      const first = own.token(claims);
      const at = (seconds) => {
        now = (1_800_000_000 + seconds) * unit;
        return own.token(claims);
      };
      assert.equal(at(49.9), first);
      assert.equal(at(-5), first);
      assert.equal(at(0), first);
      // From before it: the clock was set back.
      const earlier = at(-6);
      assert.notEqual(earlier, first);
      assert.equal(at(-6), earlier);
      const later = at(50);
      assert.ok(![first, earlier].includes(later));
      assert.equal(at(50), later);
      now = unit === 1 ? 1_800_000_050_000 : 1_800_000_050;
      assert.equal(own.token(claims), later, "the other unit");
      now = Number.NaN;
      refused("ERR_TIME", () => own.token(claims));
    }
  });

  test(`${name}, a forced token is fresh, and then the one that is reused`, () => {
    const own = createIssuer({ ...options(pairs[0]), issuer });
    const seen = new Set([own.token(claims)]);
    for (let round = 0; round < 5; round += 1) {
      const forced = own.token(claims, { forceRefreshToken: true });
      assert.ok(!seen.has(forced));
      assert.equal(own.token({ ...claims }), forced);
      seen.add(forced);
    }
    assert.ok(!seen.has(own.token({ ...claims, role: "admin" })));
    assert.ok(!seen.has(own.sign(claims)));
  });

  test(`${name}, more users than are remembered each get their own token`, () => {
    const own = createIssuer({ ...options(pairs[0]), issuer });
    for (let round = 0; round < 2; round += 1) {
      for (let user = 0; user < 300; user += 1) {
        const token = own.token({ sub: `user_${user}` });
        assert.equal(decodeConvexToken(token).claims.sub, `user_${user}`);
        assert.equal(own.token({ sub: `user_${user}` }), token);
      }
    }
  });
}

test("a signer that gives promises gives one for a token that is reused as well", async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign", "verify"],
  );
  const signer = await webCryptoSigner(privateKey, publicKey);
  const own = createIssuer({ signer, issuer });
  const first = own.token(claims);
  assert.ok(first instanceof Promise);
  await first;
  for (let round = 0; round < 2; round += 1) {
    const again = own.token(claims);
    assert.ok(again instanceof Promise);
    assert.equal(await again, await first);
  }
});

test("only an untouched nodeSigner is trusted to have verified its signature", () => {
  const signer = nodeSigner(pairs[0].privateKey);
  const other = nodeSigner(pairs[1].privateKey);
  assert.throws(() => {
    signer.sign = other.sign;
  }, TypeError);
  assert.throws(() => {
    signer.publicJwk.x = other.publicJwk.x;
  }, TypeError);
  const stranger = createIssuer({ signer: { ...signer, sign: other.sign }, issuer });
  refused("ERR_SIGNATURE_REJECTED", () => stranger.sign(claims));
});

for (const [index, algorithm] of ["ES256", "EdDSA"].entries()) {
  test(`${algorithm}: nodeSigner gives out no signature that its public key refuses`, () => {
    const own = createIssuer({ signer: nodeSigner(keys[algorithm].privateKey), issuer });
    const { sign } = nodeCrypto;
    const [kept] = [own.token(claims), own.sign(claims)];
    try {
      nodeCrypto.sign = (...given) => {
        const signature = sign(...given);
        signature[index * 20] ^= 1;
        return signature;
      };
      // What modules have imported by name changes with it.
      syncBuiltinESMExports();
      refused("ERR_SIGNER_FAILED", () => own.sign(claims));
      refused("ERR_SIGNER_FAILED", () => own.token(claims, { forceRefreshToken: true }));
    } finally {
      nodeCrypto.sign = sign;
      syncBuiltinESMExports();
    }
    assert.equal(own.token(claims), kept);
    verifyConvexToken(own.sign(claims), { jwks: keys[algorithm].jwks });
  });
}

// RS256 is left to node:crypto, which must therefore do it.
test("RS256: no faulty number of a key makes node:crypto give out a wrong signature", () => {
  const { privateKey, jwks } = keys.RS256;
  for (const part of ["p", "q", "dp", "dq", "qi"]) {
    const faulty = createIssuer({ signer: nodeSigner(withFaults(privateKey, [part])), issuer });
    for (let round = 0; round < 3; round += 1) {
      verifyConvexToken(faulty.sign(claims), { jwks });
    }
  }
});

test("RS256: nodeSigner refuses a key whose halves do not belong together", () => {
  refused("ERR_KEY_INCONSISTENT", () => nodeSigner(withFaults(keys.RS256.privateKey, ["d", "dp"])));
});

/** OpenSSL takes such a key. */
function withFaults(pem, parts) {
  const key = nodeCrypto.createPrivateKey(pem).export({ format: "jwk" });
  for (const part of parts) {
    const number = Buffer.from(key[part], "base64url");
    number[number.length - 9] ^= 4;
    key[part] = number.toString("base64url");
  }
  return nodeCrypto.createPrivateKey({ format: "jwk", key });
}

test("flat claims are checked as strictly as nested ones, and read once", () => {
  const own = createIssuer({ privateKey: pairs[0].privateKey, issuer });
  let reads = 0;
  const once = {
    sub: "user",
    get role() {
      reads += 1;
      return reads === 1 ? "member" : "admin";
    },
  };
  assert.equal(decodeConvexToken(own.sign(once)).claims.role, "member");
  assert.equal(reads, 1);
  const bare = Object.assign(Object.create(null), { sub: "user", left: undefined, none: null });
  const found = decodeConvexToken(own.sign(bare)).claims;
  assert.deepEqual([found.sub, found.none, "left" in found], ["user", null, false]);
  for (const value of [NaN, Infinity, 1n, Symbol("s"), () => 1, new Map()]) {
    refused("ERR_CLAIM_VALUE", () => own.sign({ sub: "user", value }));
  }
  refused("ERR_CLAIM_VALUE", () => own.sign({ sub: "user", [Symbol.toStringTag]: "Map" }));
});
