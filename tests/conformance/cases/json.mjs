// The payload's JSON: members that come twice, huge numbers, depth, bytes that are no UTF-8.
import { ISSUER, NOW, makeCase } from "../case.mjs";

const start = `{"iss":"${ISSUER}","aud":"convex","sub":"user_1","iat":${NOW - 100},"exp":${NOW + 500}`;
const payload = (name, rest, expect, more = {}) =>
  ["oidc", "customJwt"].map((kind) =>
    makeCase({
      name: `${name}, ${kind}`,
      kind,
      claimsText: Buffer.isBuffer(rest)
        ? Buffer.concat([Buffer.from(start), rest, Buffer.from("}")])
        : `${start}${rest}}`,
      expect: expect[kind] ?? expect,
      ...more,
      identity: more.identity?.[kind] ?? more.identity,
    }),
  );
const whole = (name, text, expect) =>
  ["oidc", "customJwt"].map((kind) =>
    makeCase({ name: `${name}, ${kind}`, kind, claimsText: text, expect }),
  );
const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
const twice = {
  source:
    "Convex: a duplicate field stops the derived readers of registered and of standard claims; of a custom claim the last one counts.",
};

export default [
  ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"].map((name) => {
    const value =
      { iss: `"${ISSUER}"`, aud: '"convex"', exp: NOW + 500, iat: NOW, nbf: NOW }[name] ??
      '"user_1"';
    const first = name === "nbf" || name === "jti" ? `,"${name}":${value}` : "";
    return payload(`${name} twice`, `${first},"${name}":${value}`, "payload", twice);
  }),
  payload("sub twice, once null", ',"sub":null', "payload", twice),
  payload("sub twice, once escaped", ',"\\u0073ub":"admin"', "payload", twice),
  payload("a custom claim twice", ',"role":"a","role":"b"', "accepted", {
    identity: { role: "b" },
    ...twice,
  }),
  payload(
    "a standard claim twice",
    ',"name":"a","name":"b"',
    { oidc: "standard-claims", customJwt: "accepted" },
    { identity: { name: "b" }, ...twice },
  ),
  payload(
    "email twice, the first one null",
    ',"email":null,"email":"b"',
    { oidc: "standard-claims", customJwt: "accepted" },
    { identity: { email: "b" }, ...twice },
  ),
  payload(
    "name twice, the first one null",
    ',"name":null,"name":"b"',
    { oidc: "standard-claims", customJwt: "accepted" },
    { identity: { name: "b" }, ...twice },
  ),
  payload(
    "address twice",
    ',"address":{},"address":{"formatted":"x"}',
    { oidc: "standard-claims", customJwt: "accepted" },
    twice,
  ),
  payload(
    "nonce twice",
    ',"nonce":"a","nonce":"b"',
    { oidc: "standard-claims", customJwt: "accepted" },
    twice,
  ),
  payload(
    "a member of the address twice",
    ',"address":{"formatted":"a","formatted":"b"}',
    { oidc: "standard-claims", customJwt: "accepted" },
    twice,
  ),
  payload("a member of a custom claim twice", ',"org":{"id":1,"id":2}', "accepted", {
    identity: { oidc: { org: { id: 2 } }, customJwt: { "org.id": 2 } },
    ...twice,
  }),
  payload("an integer beyond doubles' precision", ',"n":9007199254740993', "accepted"),
  payload("the largest u64", ',"n":18446744073709551615', "accepted"),
  payload("a larger integer", ',"n":18446744073709551616', "accepted", {
    identity: { n: 18446744073709552000 },
  }),
  payload("a huge integer", `,"n":1${"0".repeat(300)}`, "accepted", { identity: { n: 1e300 } }),
  payload("a number beyond doubles", ',"n":1e400', "payload"),
  payload("a negative number beyond doubles", ',"n":-1e400', "payload"),
  payload("a number beyond doubles, deep inside", ',"n":{"a":[{"b":2e308}]}', "payload"),
  payload("an integer beyond doubles", `,"n":1${"0".repeat(310)}`, "payload"),
  payload("a number too small for doubles", ',"n":1e-400', "accepted", { identity: { n: 0 } }),
  payload("an exponent too long to read", `,"n":1e-${"9".repeat(40)}`, "accepted", {
    identity: { n: 0 },
  }),
  payload("zero with an exponent too long to read", `,"n":0e${"9".repeat(40)}`, "accepted", {
    identity: { n: 0 },
  }),
  payload("a negative zero", ',"n":-0', "accepted", { identity: { n: -0 } }),
  payload(
    "fractions with many digits",
    ',"n":0.1000000000000000055511151231257827021181583404541015625',
    "accepted",
    { identity: { n: 0.1 } },
  ),
  payload("a number with a leading zero", ',"n":01', "payload"),
  payload("a number with a plus", ',"n":+1', "payload"),
  payload("a number without digits before the point", ',"n":.5', "payload"),
  payload("NaN", ',"n":NaN', "payload"),
  payload("126 levels", `,"n":${nested(126)}`, "accepted"),
  payload("127 levels", `,"n":${nested(127)}`, "payload"),
  payload("10,000 levels", `,"n":${nested(10_000)}`, "payload"),
  payload("126 levels of objects", `,"n":${'{"a":'.repeat(126)}1${"}".repeat(126)}`, "accepted"),
  payload(
    "invalid UTF-8 in a value",
    Buffer.from([...Buffer.from(',"n":"'), 0xc3, 0x28, ...Buffer.from('"')]),
    "payload",
  ),
  payload(
    "invalid UTF-8 in a name",
    Buffer.from([...Buffer.from(',"'), 0xff, ...Buffer.from('":1')]),
    "payload",
  ),
  payload(
    "a surrogate in UTF-8",
    Buffer.from([...Buffer.from(',"n":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"')]),
    "payload",
  ),
  payload(
    "an overlong character",
    Buffer.from([...Buffer.from(',"n":"'), 0xc0, 0x80, ...Buffer.from('"')]),
    "payload",
  ),
  payload("a lone surrogate in an escape", ',"n":"\\ud800"', "payload"),
  payload("a lone surrogate in a name", ',"\\udc00":1', "payload"),
  payload("a pair of surrogates", ',"n":"\\ud83d\\ude00"', "accepted", { identity: { n: "😀" } }),
  payload("U+0000 in a value", ',"n":"\\u0000"', "accepted", { identity: { n: "\0" } }),
  payload("a control character in a value", ',"n":"\t"', "payload"),
  payload("a comma at the end", ",", "payload"),
  payload("a comment", ',/* x */"n":1', "payload"),
  payload(
    "names of every kind",
    ',"":1,"a.b":2,"__proto__":3,"constructor":4,"ключ":5',
    "accepted",
  ),
  whole("a payload with white space around", ` \n${start}}\r\n`, "accepted"),
  whole("a payload with a byte order mark", `\ufeff${start}}`, "payload"),
  whole("a payload with text behind it", `${start}}x`, "payload"),
  whole("a payload with a no-break space behind it", `${start}}\u00a0`, "payload"),
  whole("a payload that is a list", `[${start}}]`, "payload"),
  whole("a payload that is a text", '"x"', "payload"),
  whole("a payload that is null", "null", "payload"),
  whole("an empty payload", "", "payload"),
  whole("an empty object", "{}", "issuer-present"),
];
