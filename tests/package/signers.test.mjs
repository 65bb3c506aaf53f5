// Signers of somebody else: those that lie, throw, are late, or answer as nobody expects.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createIssuer, decodeConvexToken, finishToken, prepareToken } from "convex-token";
import { nodeSigner } from "convex-token/node";
import { algorithms, issuer, keys, refused, refusedLater } from "./fixtures.mjs";

const claims = { sub: "user_1" };
const START = 1_750_000_000;

const signers = Object.fromEntries(
  algorithms.map((algorithm) => [algorithm, nodeSigner(keys[algorithm].privateKey)]),
);

/** A signer that answers when it is told to, in any order, with an issuer whose clock can be set. */
function waiting(algorithm = "EdDSA", expiresIn = 60) {
  const asked = [];
  const { publicJwk, sign } = signers[algorithm];
  const time = { now: START };
  const later = (bytes) =>
    new Promise((resolve, reject) =>
      asked.push({ answer: (given = sign(bytes)) => resolve(given), fail: reject }),
    );
  const own = createIssuer({
    signer: { algorithm, publicJwk, sign: later },
    issuer,
    expiresIn,
    now: () => time.now,
  });
  return { own, asked, time };
}

function changed(bytes, at) {
  const copy = new Uint8Array(bytes);
  copy[at] ^= 1;
  return copy;
}

for (const algorithm of algorithms) {
  test(`${algorithm}: no false signature releases a token, whichever way it is false`, async () => {
    const { publicJwk, sign } = signers[algorithm];
    const others = algorithms.filter((name) => name !== algorithm).map((name) => signers[name]);
    const lies = {
      "of other keys": others.map((other) => (bytes) => other.sign(bytes)),
      "a bit flipped": [0, 20, -1].map((at) => (bytes) => changed(sign(bytes), at < 0 ? sign(bytes).length - 1 : at)),
      "too short": [(bytes) => sign(bytes).subarray(1), (bytes) => sign(bytes).subarray(0, -1)],
      "too long": [(bytes) => Buffer.concat([sign(bytes), Buffer.from([0])])],
      "nothing": [() => new Uint8Array(), () => new Uint8Array(64), () => new Uint8Array(256).fill(255)],
      "of other bytes": [(bytes) => sign(bytes.subarray(1))],
      "of another token": [() => sign(Buffer.from("e30.e30"))],
    }; // prettier-ignore
    for (const lie of Object.values(lies).flat()) {
      for (const answer of [lie, async (bytes) => lie(bytes)]) {
        const own = createIssuer({ signer: { algorithm, publicJwk, sign: answer }, issuer });
        for (const ask of [() => own.sign(claims), () => own.token(claims)]) {
          await refusedLater("ERR_SIGNATURE_REJECTED", (async () => ask())());
        }
      }
      const prepared = prepareToken(claims, { publicJwk, issuer });
      refused("ERR_SIGNATURE_REJECTED", () => finishToken(prepared, lie(prepared.bytes)));
    }
  });
}

test("a signer that changes the bytes that it is given changes no token", () => {
  const { algorithm, publicJwk, sign } = signers.EdDSA;
  const answer = (bytes) => {
    const signature = sign(bytes);
    bytes.fill(0);
    return signature;
  };
  const own = createIssuer({ signer: { algorithm, publicJwk, sign: answer }, issuer });
  assert.equal(own.verify(own.sign(claims)).claims.sub, "user_1");
});

test("whatever a signer throws is the cause of ERR_SIGNER_FAILED, at once and later", async () => {
  const { algorithm, publicJwk } = signers.EdDSA;
  const hostile = {
    get message() {
      throw new Error("looked at");
    },
  };
  for (const thrown of [new Error("boom"), "boom", 7, Symbol("s"), hostile, Object.create(null)]) {
    const raise = () => {
      throw thrown;
    };
    for (const sign of [
      raise,
      async () => raise(),
      () => ({ then: raise }),
      () => ({
        get then() {
          return raise();
        },
      }),
    ]) {
      // prettier-ignore
      const own = createIssuer({ signer: { algorithm, publicJwk, sign }, issuer });
      const error = await refusedLater("ERR_SIGNER_FAILED", (async () => own.sign(claims))());
      assert.equal(error.cause, thrown);
    }
  }
});

test("what only has a `then` is a promise, however it calls back", async () => {
  const { algorithm, publicJwk, sign } = signers.EdDSA;
  const kinds = [
    (signature) => ({ then: (resolve) => void resolve(signature) }),
    (signature) => ({ then: (resolve) => void (resolve(signature), resolve(new Uint8Array(64))) }),
    (signature) => ({ then: (resolve, reject) => void (resolve(signature), reject(new Error())) }),
    (signature) => ({ then: (resolve) => void setTimeout(resolve, 1, signature) }),
    (signature) => ({ then(resolve) { resolve({ then: (more) => more(signature) }); return 7; } }), // prettier-ignore
  ];
  for (const kind of kinds) {
    const own = createIssuer({
      signer: { algorithm, publicJwk, sign: (bytes) => kind(sign(bytes)) },
      issuer,
    });
    const token = own.token(claims);
    assert.ok(token instanceof Promise);
    assert.equal(own.verify(await token).claims.sub, "user_1");
  }
});

for (const algorithm of algorithms) {
  test(`${algorithm}: a signature that comes after the token's end releases none`, async () => {
    for (const ask of [(own) => own.sign(claims), (own) => own.token(claims)]) {
      const { own, asked, time } = waiting(algorithm);
      const late = ask(own);
      time.now += 60;
      asked[0].answer();
      const error = await refusedLater("ERR_SIGNER_LATE", late);
      assert.match(error.message, / 0 s after the end/);
      assert.match(error.hint, /`expiresIn`/);
      // Nothing of it is kept, and the next one is as if there had been none.
      const next = own.token(claims);
      assert.equal(asked.length, 2);
      asked[1].answer();
      assert.equal(decodeConvexToken(await next).claims.iat, START + 60);
    }
  });
}

test("a signature that comes in the token's last second releases it, and it is not reused", async () => {
  const { own, asked, time } = waiting();
  const last = own.token(claims);
  time.now += 59;
  asked[0].answer();
  assert.equal(own.verify(await last).claims.exp, START + 60);
  const next = own.token(claims);
  asked[1].answer();
  assert.notEqual(await next, await last);
});

test("a clock that is set back while a signer signs: a token is released, and not reused until it counts as one of now", async () => {
  const { own, asked, time } = waiting();
  const first = own.token(claims);
  time.now -= 3600;
  asked[0].answer();
  assert.equal(decodeConvexToken(await first).claims.iat, START);
  const second = own.token(claims);
  assert.equal(asked.length, 2);
  asked[1].answer();
  assert.equal(decodeConvexToken(await second).claims.iat, START - 3600);
  assert.equal(await own.token(claims), await second);
});

test("two who ask at once for the same claims are given a token each, and the youngest is reused", async () => {
  const { own, asked, time } = waiting();
  const first = own.token(claims);
  time.now += 1;
  const second = own.token(claims);
  time.now += 1;
  const forced = own.token(claims, { forceRefreshToken: true });
  assert.equal(asked.length, 3);
  for (const { answer } of [asked[2], asked[0], asked[1]]) {
    answer();
    await Promise.race([first, second, forced]);
  }
  assert.equal(new Set(await Promise.all([first, second, forced])).size, 3);
  assert.equal(await own.token(claims), await forced);
});

test("one who is never answered, or is refused, keeps nobody else from a token", async () => {
  const { own, asked } = waiting();
  void own.token(claims);
  const refusedOne = own.token(claims);
  const good = own.token(claims);
  asked[1].answer(new Uint8Array(64));
  await refusedLater("ERR_SIGNATURE_REJECTED", refusedOne);
  asked[2].answer();
  assert.equal(own.verify(await good).claims.sub, "user_1");
  assert.equal(await own.token(claims), await good);
});

test("an issuer that was disposed of while a signer signs releases nothing, late or not", async () => {
  const { own, asked, time } = waiting();
  const [first, second, third] = [own.sign(claims), own.token(claims), own.token(claims)];
  own.dispose();
  asked[0].answer();
  await refusedLater("ERR_ISSUER_DISPOSED", first);
  time.now += 100;
  asked[1].answer();
  await refusedLater("ERR_ISSUER_DISPOSED", second);
  asked[2].fail(new Error("boom"));
  await refusedLater("ERR_SIGNER_FAILED", third);
});
