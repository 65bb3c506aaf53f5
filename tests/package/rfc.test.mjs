// The examples of RFCs in the built module, and signatures that can be only one: those that OpenSSL takes
// or makes, and for ES256 those of RFC 6979. src/vector_tests/rfc.rs goes through the examples natively.
import assert from "node:assert/strict";
import { createECDH, createHash, createHmac, createPrivateKey, createPublicKey } from "node:crypto";
import { sign, verify } from "node:crypto";
import { test } from "node:test";
import { jwksFromKey, signConvexToken } from "convex-token";
import { issuer } from "./fixtures.mjs";
import { codeOf, hex, jwsRefusal, publicKeyRefusal, vectors, verifies } from "./vectors.mjs";

const { keys, tokens, signatures } = vectors("rfc/examples.json");
const encoded = (digits) => hex(digits).toString("base64url");

test("each key in an example reads or is refused by name", () => {
  for (const { source, half, code, jwk } of keys) {
    const refusal = half === "public" ? publicKeyRefusal(jwk) : codeOf(() => jwksFromKey(jwk));
    assert.equal(refusal ?? "reads", code, source);
  }
});

test("each token in an example is accepted or refused by name", () => {
  for (const { source, code, verifies: expected, jwk, token } of tokens) {
    assert.equal(jwsRefusal(token, { keys: [jwk] }) ?? "accepted", code, source);
    if (publicKeyRefusal(jwk) !== undefined) continue;
    const end = token.lastIndexOf(".");
    const signature = Buffer.from(token.slice(end + 1), "base64url");
    assert.equal(verifies(jwk, Buffer.from(token.slice(0, end)), signature), expected, source);
  }
});

test("the thumbprints are those of RFC 7638 and RFC 8037", () => {
  for (const [file, key] of [
    ["rfc7638-3.1", vectors("rfc/rfc7517-a2.json").keys[1]],
    ["rfc8037-a1", vectors("rfc/rfc8037-a1.json").jwk],
  ]) {
    assert.equal(jwksFromKey(key).keys[0].kid, vectors(`rfc/${file}.json`).thumbprint);
  }
});

/** A token of a key, as what is signed and its signature. */
function signed(privateKey) {
  const token = signConvexToken({ sub: "user_1" }, { privateKey, issuer });
  const end = token.lastIndexOf(".");
  return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), "base64url")];
}

test("RS256: OpenSSL takes the signatures of keys of RFCs and of NIST", () => {
  // An RSA signature that verifies is the only one: its power is the padded digest.
  const ofRfcs = signatures.map(({ jwk }) => jwk).filter(({ kty }) => kty === "RSA");
  const ofNist = vectors("nist/rsa-generation.json").map(({ n, e, d }) => ({
    ...{ kty: "RSA", n: encoded(n), e: encoded(e), d: encoded(d) },
  }));
  for (const jwk of [...ofRfcs, ...ofNist]) {
    const { kty, n, e } = jwk;
    const [input, signature] = signed(jwk);
    const key = createPublicKey({ key: { kty, n, e }, format: "jwk" });
    assert.ok(verify("sha256", input, key, signature), n);
  }
});

test("EdDSA: signatures of RFC 8032's keys are OpenSSL's", () => {
  for (const { secretKey, publicKey, message, signature } of vectors("rfc/rfc8032-7.1.json")) {
    const jwk = { kty: "OKP", crv: "Ed25519", x: encoded(publicKey) };
    assert.ok(verifies(jwk, hex(message), hex(signature)));
    const key = { ...jwk, d: encoded(secretKey) };
    const [input, found] = signed(key);
    assert.deepEqual(found, sign(null, input, createPrivateKey({ key, format: "jwk" })));
  }
});

test("ES256: signatures of RFC 6979's key and of NIST's are deterministic ones", () => {
  const { privateKey, publicKey, signatures } = vectors("rfc/rfc6979-a2.5.json");
  const point = { x: publicKey.slice(0, 64), y: publicKey.slice(64) };
  for (const { message, signature } of signatures) {
    assert.equal(es256(privateKey, Buffer.from(message)).toString("hex"), signature);
  }
  for (const { d, x, y } of [{ d: privateKey, ...point }, ...vectors("nist/p256-key-pairs.json")]) {
    const jwk = { kty: "EC", crv: "P-256", x: encoded(x), y: encoded(y), d: encoded(d) };
    const [input, signature] = signed(jwk);
    assert.deepEqual(signature, es256(d, input));
  }
});

/** P-256's order (FIPS 186-5; SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** ECDSA with the nonce of RFC 6979, section 3.2, slowly: the point is OpenSSL's. */
function es256(privateKey, message) {
  const digest = createHash("sha256").update(message).digest();
  const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
  const bytes = (value) => hex(value.toString(16).padStart(64, "0"));
  const z = number(digest) % ORDER;
  const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  let v = Buffer.alloc(32, 1);
  let k = Buffer.alloc(32, 0);
  for (const step of [0, 1]) {
    k = hmac(k, v, Buffer.of(step), hex(privateKey), bytes(z));
    v = hmac(k, v);
  }
  v = hmac(k, v);
  // The next candidate would be asked for once in 2^32 messages.
  const nonce = number(v);
  assert.ok(nonce > 0n && nonce < ORDER);
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(v);
  const r = number(ecdh.getPublicKey().subarray(1, 33)) % ORDER;
  const s = (inverse(nonce) * (z + r * number(hex(privateKey)))) % ORDER;
  return Buffer.concat([bytes(r), bytes(s)]);
}

/** By Fermat's theorem: the order is a prime. */
function inverse(number) {
  let [power, base] = [1n, number];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return power;
}
