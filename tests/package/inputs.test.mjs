// Whatever a caller gives: an answer or a ConvexTokenError, never a trap, never key material.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as convexToken from "convex-token";
import { webCryptoSigner } from "convex-token/webcrypto";
import { issuer, jwks, keys, privateKey, refused, refusedLater } from "./fixtures.mjs";

const {
  convexAuthProvider,
  createIssuer,
  decodeConvexToken,
  generateKeys,
  jwksFromKey,
  openidConfiguration,
  safeEqual,
  signConvexToken,
  verifyConvexToken,
} = convexToken;

const sub = "user_1";
const token = signConvexToken({ sub }, { privateKey, issuer });
const [header, payload, signature] = token.split(".");
const sign = (options) => () => signConvexToken({ sub }, { privateKey, issuer, ...options });
const verify = (text, options) => () => verifyConvexToken(text, { jwks, ...options });

/** Each a call, and the code of what it is told. */
const table = [
  ["an empty key", sign({ privateKey: "  " }), "ERR_KEY_EMPTY"],
  ["an empty object as key", sign({ privateKey: {} }), "ERR_KEY_HOST_OBJECT"],
  ["a number as key", sign({ privateKey: 7 }), "ERR_OPTION"],
  ["an array of nothing as key", sign({ privateKey: [] }), "ERR_KEY_MISSING"],
  ["a set without keys", sign({ privateKey: { keys: [] } }), "ERR_KEY_SET_EMPTY"],
  ["no issuer at all", () => signConvexToken({ sub }, { privateKey }), "ERR_ISSUER_MISSING"],
  ["an issuer with a query", sign({ issuer: `${issuer}?a=1` }), "ERR_ISSUER_INVALID"],
  ["an empty audience", sign({ audience: "" }), "ERR_AUDIENCE"],
  ["a negative life", sign({ expiresIn: -1 }), "ERR_DURATION"],
  ["a life of NaN", sign({ expiresIn: NaN }), "ERR_DURATION"],
  ["a boolean as life", sign({ expiresIn: true }), "ERR_DURATION"],
  ["an invalid Date as now", sign({ now: new Date(NaN) }), "ERR_TIME"],
  ["true as keyId", sign({ keyId: true }), "ERR_KEY_ID"],
  ["options that are a text", () => signConvexToken({ sub }, "options"), "ERR_OPTION"],
  ["a token that is a number", verify(7), "ERR_TOKEN_MALFORMED"],
  ["a token with Bearer before it", verify(`Bearer ${token}`), "ERR_TOKEN_MALFORMED"],
  [
    "a token with a changed payload",
    verify(`${header}.${flip(payload)}.${signature}`),
    /ERR_TOKEN/,
  ],
  ["a token of 1 MB", verify("x".repeat(1_000_000)), "ERR_TOKEN_TOO_LARGE"],
  ["a token of yesterday", verify(token, { now: Date.now() / 1000 + 86_400 }), "ERR_TOKEN_EXPIRED"],
  [
    "EdDSA for customJwt",
    () => createIssuer({ privateKey, issuer }).provider({ kind: "customJwt" }),
    "ERR_PROVIDER_ALGORITHM",
  ],
  ["two secrets that are not set", () => safeEqual(undefined, undefined), "ERR_OPTION"],
  [
    "a signer that is a promise",
    () => createIssuer({ signer: Promise.resolve(), issuer }),
    "ERR_SIGNER",
  ],
  ["a set of nothing", () => jwksFromKey(), "ERR_KEY_MISSING"],
];

for (const [name, call, code] of table) {
  test(`${name}: ${code}`, (context) => {
    const error = refused(code instanceof RegExp ? codeOf(call, code) : code, call);
    context.diagnostic(`${error.message} → ${error.hint}`);
  });
}

test("strange values for every argument end in an answer or a ConvexTokenError", () => {
  const strange = [
    undefined, null, true, 0, -1, NaN, 1e308, 1n, "", "x", "\ud800", "x".repeat(300_000), Symbol("s"),
    () => 1, [], [[]], [null], {}, { keys: 1 }, { keys: [null] }, new Map(), new Date(NaN), /x/,
    new Uint8Array(3), new Proxy({}, {}), Object.create(null), Promise.resolve(), globalThis.crypto,
    { get privateKey() { throw new Error("getter"); } },
  ]; // prettier-ignore
  const functions = Object.entries(convexToken).filter(
    ([name]) => !["ConvexTokenError", "generateKeys"].includes(name),
  );
  let calls = 0;
  for (const [name, operation] of functions) {
    for (const first of strange) {
      for (const second of strange) {
        calls += 1;
        try {
          operation(first, second);
        } catch (error) {
          const own = error instanceof convexToken.ConvexTokenError;
          assert.ok(own || error.message === "getter", `${name}: ${inspect(error)}`);
          assert.notEqual(
            error.code,
            "ERR_WASM_TRAP",
            `${name}(${inspect(first)}, ${inspect(second)})`,
          );
          assert.notEqual(
            error.code,
            "ERR_INTERNAL",
            `${name}(${inspect(first)}, ${inspect(second)})`,
          );
        }
      }
    }
  }
  assert.ok(calls > 5_000);
});

test("bytes that only pass for a Uint8Array are refused, and odd ones are read as they are", () => {
  const own = (length) => Object.defineProperty(new Uint8Array(6), "length", { value: length });
  const gone = new Uint8Array(6);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const proxy = new Proxy(new Uint8Array(6), {});
  for (const bytes of [
    Object.create(Uint8Array.prototype),
    proxy,
    gone,
    new DataView(new ArrayBuffer(6)),
  ]) {
    refused("ERR_OPTION", () => safeEqual(bytes, "secret"));
    const prepared = convexToken.prepareToken({ sub }, { publicJwk: jwks.keys[0], issuer });
    refused("ERR_SIGNER", () => convexToken.finishToken(prepared, bytes));
    const signer = { algorithm: "EdDSA", publicJwk: jwks.keys[0], sign: () => bytes };
    refused("ERR_SIGNER", () => createIssuer({ signer, issuer }).sign({ sub }));
  }
  refused("ERR_SIGNER", () =>
    convexToken.finishToken(
      { ...convexToken.prepareToken({ sub }, { publicJwk: jwks.keys[0], issuer }) },
      gone.buffer,
    ),
  );
  assert.ok(safeEqual(own(3), new Uint8Array(6)));
  assert.ok(safeEqual(own(9), new Uint8Array(new SharedArrayBuffer(6))));
});

test("objects that cannot be looked at are refused like any other", () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  refused("ERR_OPTION", sign({ audience: proxy }));
  refused("ERR_OPTION", () => convexAuthProvider({ kind: "oidc", issuer, audience: proxy }));
  refused("ERR_DURATION", sign({ notBefore: new Proxy(new Date(0), {}) }));
  refused("ERR_TIME", sign({ now: new Proxy(new Date(0), {}) }));
  const explained = convexToken.explainToken(token, { jwks: null, discovery: null });
  assert.equal(explained.accepted, false);
});

test("a Date of another realm is one", () => {
  const now = runInNewContext("new Date(1.75e12)");
  assert.equal(decodeConvexToken(sign({ now, notBefore: now })()).claims.nbf, 1.75e9);
});

test("a request that is none has no answer, or is refused", () => {
  const own = createIssuer({ privateKey, issuer });
  for (const request of [undefined, null, "/", 1]) refused("ERR_OPTION", () => own.fetch(request));
  for (const request of [{}, { url: "/x" }, { url: Symbol("x") }]) {
    assert.equal(own.fetch(request), undefined);
  }
});

test("a signer of Web Crypto is made of CryptoKeys only", async () => {
  for (const key of [undefined, null, "key", {}, { algorithm: null, extractable: true }]) {
    refused("ERR_SIGNER", () => webCryptoSigner(key));
  }
  const like = (name) => ({ type: "private", extractable: true, algorithm: { name } });
  for (const name of ["constructor", 7, Symbol("Ed25519"), Object.create(null)]) {
    refused("ERR_SIGNER", () => webCryptoSigner(like(name)));
  }
  // It passes for a key until Web Crypto looks at it.
  await refusedLater("ERR_SIGNER", webCryptoSigner(like("Ed25519")));
});

test("strange values for the options of new keys end the same way", () => {
  const strange = [
    true,
    0,
    2047.5,
    -2048,
    1e308,
    NaN,
    "",
    "x",
    "2048",
    "x".repeat(300_000),
    [],
    {},
  ];
  for (const value of strange) {
    refused(
      codeOf(() => generateKeys({ algorithm: value }), /ERR_(ALGORITHM|OPTION)/),
      () => generateKeys({ algorithm: value }),
    );
    refused("ERR_MODULUS_LENGTH", () => generateKeys({ modulusLength: value }));
  }
});

test("strange values for each option of signing and verifying end the same way", () => {
  const strange = [
    null,
    true,
    0,
    -1,
    NaN,
    1e308,
    "",
    "x",
    "\ud800",
    "x".repeat(300_000),
    [],
    {},
    [[1]],
  ];
  const names = ["privateKey", "issuer", "audience", "expiresIn", "notBefore", "keyId", "now", "jwks", "provider", "clockTolerance", "algorithm", "signer", "kind"]; // prettier-ignore
  for (const name of names) {
    for (const value of strange) {
      for (const call of [
        sign({ [name]: value }),
        verify(token, { [name]: value }),
        () => createIssuer({ privateKey, issuer, [name]: value }).token({ sub }),
        () => convexAuthProvider({ kind: "customJwt", issuer, [name]: value }),
        () => convexToken.prepareToken({ sub }, { publicJwk: jwks.keys[0], issuer, [name]: value }),
      ]) {
        try {
          call();
        } catch (error) {
          assert.ok(error instanceof convexToken.ConvexTokenError, `${name}: ${inspect(error)}`);
          assert.ok(
            !["ERR_WASM_TRAP", "ERR_INTERNAL"].includes(error.code),
            `${name}: ${error.message}`,
          );
        }
      }
    }
  }
});

test("an error's stack begins with both sentences, for loggers that show nothing else", () => {
  const { name, message, hint, stack } = refused("ERR_KEY_MISSING", () => jwksFromKey());
  assert.equal(name, "ConvexTokenError");
  assert.ok(stack.startsWith(`ConvexTokenError: ${message} ${hint}\n`), stack);
});

test("decoding looks into a token and verifies nothing", () => {
  const forged = `${header}.${payload}.AAAA`;
  assert.equal(decodeConvexToken(forged).claims.sub, sub);
});

/** The code that a call is told, which must be of a pattern. */
function codeOf(call, pattern) {
  try {
    call();
  } catch (error) {
    assert.match(error.code, pattern);
    return error.code;
  }
  return undefined;
}

/** The text with one character in its middle changed. */
function flip(text) {
  const middle = text.length >> 1;
  const other = text[middle] === "A" ? "B" : "A";
  return text.slice(0, middle) + other + text.slice(middle + 1);
}
