// Claims on their way into a token: carried whole, or refused by name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeConvexToken, signConvexToken } from "convex-token";
import { issuer, payloadText, privateKey, refused } from "./fixtures.mjs";

const sign = (claims) => signConvexToken(claims, { privateKey, issuer });
const claimsOf = (claims) => decodeConvexToken(sign(claims)).claims;

test("nested objects, arrays, unicode and every plain value arrive as they were given", () => {
  const given = {
    sub: "user_1",
    name: 'Ада 👩‍💻 \u2028 "quoted" \\ \u0000 end',
    nested: { deep: [{ er: [1, [2, [3]]] }, null, true, false, ""], "": { "a.b": 1 } },
    "claim with spaces": "x",
    "emoji_key_🔑": ["🔑"],
  };
  const { iss, aud, iat, exp, jti, ...custom } = claimsOf(given);
  assert.deepEqual(custom, given);
});

test("numbers keep the digits that JSON gives them", () => {
  const numbers = {
    a: 2 ** 53,
    b: 2 ** 60,
    c: 1e21,
    d: 0.1,
    e: 5e-324,
    f: -0,
    g: 1.7976931348623157e308,
  };
  const text = payloadText(sign({ sub: "u", ...numbers }));
  assert.ok(text.includes(JSON.stringify(numbers).slice(1, -1)), text);
});

test("undefined members are left out, and a Date becomes its ISO text", () => {
  const { gone, at } = claimsOf({ sub: "u", gone: undefined, at: new Date(0) });
  assert.equal(gone, undefined);
  assert.equal(at, "1970-01-01T00:00:00.000Z");
  assert.ok(!("gone" in claimsOf({ sub: "u", gone: undefined })));
});

test("toJSON is honoured, as database ids have it", () => {
  class ObjectId {
    toJSON() {
      return "65f0";
    }
  }
  assert.equal(claimsOf({ sub: "u", id: new ObjectId() }).id, "65f0");
});

test("a member named __proto__ is a claim like any other", () => {
  const claims = claimsOf(JSON.parse('{"sub":"u","__proto__":{"polluted":true}}'));
  assert.deepEqual(Object.keys(claims).includes("__proto__"), true);
  assert.equal({}.polluted, undefined);
  assert.equal(claims.polluted, undefined);
});

const cyclic = { sub: "u", list: [] };
cyclic.list.push({ back: cyclic });
const deep = (levels) => {
  let value = "x";
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

const lost = [
  ["a function", { f: () => 1 }, /"f" is a function/],
  ["a symbol", { s: Symbol("s") }, /"s" is a symbol/],
  ["a bigint", { b: 1n }, /"b" is a bigint/],
  ["NaN", { n: NaN }, /"n" is NaN/],
  ["Infinity", { n: [1, -Infinity] }, /"n"\["1"\] is -Infinity/],
  ["undefined in an array", { list: [1, undefined] }, /"list"\["1"\] is undefined in an array/],
  ["a Map", { m: new Map([["a", 1]]) }, /"m" is an object of the kind Map/],
  ["a Set", { m: { inner: new Set() } }, /"m"\["inner"\] is an object of the kind Set/],
  ["a Uint8Array", { m: new Uint8Array(2) }, /kind Uint8Array/],
  ["a Promise", { m: Promise.resolve(1) }, /kind Promise/],
  ["a RegExp", { m: /x/ }, /kind RegExp/],
  ["an invalid Date", { d: new Date(NaN) }, /"d" is an invalid Date/],
  ["a cycle", cyclic, /part of itself/],
];
for (const [name, extra, message] of lost) {
  test(`${name} is refused, because JSON would lose it`, () => {
    assert.match(refused("ERR_CLAIM_VALUE", () => sign({ sub: "u", ...extra })).message, message);
  });
}

test("the same object twice is no cycle", () => {
  const shared = { a: 1 };
  assert.deepEqual(claimsOf({ sub: "u", x: shared, y: [shared, shared] }).y, [shared, shared]);
});

test("nesting is limited, without a trap however deep it goes", () => {
  assert.ok(sign({ sub: "u", d: deep(98) }));
  refused("ERR_CLAIMS_TOO_DEEP", () => sign({ sub: "u", d: deep(100) }));
  refused("ERR_CLAIMS_TOO_DEEP", () => sign({ sub: "u", d: deep(100_000) }));
});

test("what a getter, a toJSON or a proxy throws is the cause of the error", () => {
  const boom = new Error("boom");
  const thrower = () => {
    throw boom;
  };
  for (const value of [
    Object.defineProperty({ sub: "u" }, "x", { get: thrower, enumerable: true }),
    { sub: "u", x: { toJSON: thrower } },
    new Proxy({ sub: "u" }, { ownKeys: thrower }),
  ]) {
    assert.equal(refused("ERR_CLAIMS", () => sign(value)).cause, boom);
  }
});

test("a lone surrogate has no UTF-8 and is refused", () => {
  refused("ERR_CLAIMS", () => sign({ sub: "u", x: "\ud800" }));
  refused("ERR_CLAIMS", () => sign({ sub: "\udfff" }));
});

test("claims that are no object are refused", () => {
  for (const claims of [undefined, null, "sub", 1, [], () => 1]) {
    refused("ERR_CLAIMS", () => sign(claims));
  }
});

test("sub must be a string that says something", () => {
  for (const sub of [undefined, null, "", 42, true, {}, []]) {
    refused("ERR_CLAIM_SUB", () => sign({ sub }));
  }
});

test("a claim that would replace the identity's own member is refused", () => {
  for (const name of ["tokenIdentifier", "subject", "issuer"]) {
    refused("ERR_CLAIM_SHADOWS_IDENTITY", () => sign({ sub: "u", [name]: "x" }));
  }
});

test("standard claims of a type that Convex refuses are refused here first", () => {
  const wrong = {
    name: 1,
    email_verified: "true",
    address: "Main Street 1",
    updated_at: "yesterday",
  };
  for (const [name, value] of Object.entries(wrong)) {
    const error = refused("ERR_CLAIM_TYPE", () => sign({ sub: "u", [name]: value }));
    assert.ok(error.message.includes(`"${name}"`));
  }
  assert.ok(sign({ sub: "u", name: null, picture: null, email_verified: null }));
});

test("claims beyond 64 KB are refused", () => {
  assert.ok(sign({ sub: "u", x: "x".repeat(60_000) }));
  refused("ERR_CLAIMS_TOO_LARGE", () => sign({ sub: "u", x: "x".repeat(70_000) }));
  refused("ERR_CLAIMS_TOO_LARGE", () => sign({ sub: "u", x: "x".repeat(50_000_000) }));
});
