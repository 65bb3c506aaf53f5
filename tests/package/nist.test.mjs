// NIST's vectors (CAVP) in the built module; src/vector_tests/nist.rs goes through the same natively.
import assert from "node:assert/strict";
import { constants, generateKeyPairSync, privateEncrypt } from "node:crypto";
import { test } from "node:test";
import { jwksFromKey } from "convex-token";
import { refused } from "./fixtures.mjs";
import { hex, publicKeyRefusal, vectors, verifies } from "./vectors.mjs";

const nist = (name) => vectors(`nist/${name}.json`);
const encoded = (digits) => hex(digits).toString("base64url");

const p256 = ({ x, y }) => ({ kty: "EC", crv: "P-256", x: encoded(x), y: encoded(y) });
const p256Signature = ({ r, s }) => hex(r + s);

test("RSA: signatures of NIST have its verdict", () => {
  for (const { n, tests } of nist("rsa-verification")) {
    for (const { e, message, signature, valid } of tests) {
      const jwk = { kty: "RSA", n: encoded(n), e: encoded(e) };
      assert.equal(verifies(jwk, hex(message), hex(signature)), valid, message);
    }
  }
});

test("RSA: keys of NIST read without their primes, and its signatures verify", () => {
  for (const { n, e, d, tests } of nist("rsa-generation")) {
    const jwk = { kty: "RSA", n: encoded(n), e: encoded(e) };
    const [own] = jwksFromKey({ ...jwk, d: encoded(d) }).keys;
    assert.equal(own.n, jwk.n);
    for (const { message, signature } of tests) {
      assert.ok(verifies(jwk, hex(message), hex(signature)), message);
    }
  }
});

test("P-256: signatures of NIST have its verdict", () => {
  for (const vector of nist("p256-verification")) {
    const found = verifies(p256(vector), hex(vector.message), p256Signature(vector));
    assert.equal(found, vector.valid, vector.message);
  }
  for (const vector of nist("p256-generation")) {
    assert.ok(verifies(p256(vector), hex(vector.message), p256Signature(vector)), vector.message);
  }
});

test("P-256: key pairs of NIST belong together and to no other", () => {
  const pairs = nist("p256-key-pairs");
  for (const pair of pairs) {
    for (const other of pairs) {
      const read = () => jwksFromKey({ ...p256(pair), d: encoded(other.d) });
      if (pair === other) assert.equal(read().keys[0].x, encoded(pair.x));
      else refused("ERR_KEY_INCONSISTENT", read);
    }
  }
});

test("P-256: public keys of NIST read or are refused by its verdict", () => {
  for (const vector of nist("p256-public-keys")) {
    const expected = vector.valid ? undefined : "ERR_KEY_MEMBER";
    assert.equal(publicKeyRefusal(p256(vector)), expected);
  }
});

test("SHA-256: messages of NIST have its digests", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" });
  // RFC 8017, section 9.2, note 1.
  const prefix = hex("3031300d060960864801650304020105000420");
  for (const { message, digest } of nist("sha256")) {
    const padded = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
    const signature = privateEncrypt(padded, Buffer.concat([prefix, hex(digest)]));
    assert.ok(verifies(jwk, hex(message), signature), digest);
    assert.ok(!verifies(jwk, Buffer.concat([hex(message), hex("00")]), signature), digest);
  }
});
