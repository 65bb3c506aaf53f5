// The compact form: base64url and its variants, parts, other serialisations, nested tokens.
import { ISSUER, NOW, base64url, both, makeCase, signed } from "../case.mjs";

const torn = (name, tear, expect, more = {}) => both({ name, torn: tear, expect, ...more });
/** Does something to one part of a token. */
const part = (index, change) => (token) =>
  token
    .split(".")
    .map((text, at) => (at === index ? change(text) : text))
    .join(".");
const padded = (text) => text.padEnd(text.length + ((4 - (text.length % 4)) % 4 || 4), "=");
/** The same bytes, with a bit set behind the last of them. */
function withTrailingBits(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (text.length % 4 === 0) throw new Error("there is no room for bits");
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) | 1];
}
const lax = {
  source:
    "Convex: openidconnect decodes header and signature with base64_url_safe_no_pad, which lets bits behind the last byte pass; biscuit with data-encoding's BASE64URL_NOPAD, which does not, and it reads the payload of every token.",
};
/** Signed as it stands, with a header and a payload that leave bits over. */
const unaligned = (kind, place, expect) => {
  const [key, alg] = kind === "oidc" ? ["rsa", "RS256"] : ["p256", "ES256"];
  let header = `{"alg":"${alg}","kid":"${key}"}`;
  let payload = JSON.stringify({
    iss: ISSUER,
    aud: "convex",
    sub: "user_1",
    iat: NOW,
    exp: NOW + 9,
  });
  while (header.length % 3 === 0) header += " ";
  while (payload.length % 3 === 0) payload += " ";
  return makeCase({
    name: `bits behind the last byte of the ${place === 0 ? "header" : "payload"}, ${kind}`,
    kind,
    torn: () => signedAs(key, header, payload, place),
    expect,
    ...lax,
  });
};
function signedAs(key, header, payload, place) {
  const token = signed(key, header, payload);
  const [first, second] = part(place, withTrailingBits)(token).split(".");
  return resigned(key, first, second);
}
import { signature } from "../case.mjs";
function resigned(key, header, payload) {
  return `${header}.${payload}.${signature(key, `${header}.${payload}`).toString("base64url")}`;
}

export default [
  torn("padding behind the header", part(0, padded), "form"),
  torn("padding behind the payload", part(1, padded), "payload"),
  torn("padding behind the signature", part(2, padded), "form"),
  torn(
    "bits behind the last byte of the signature",
    part(2, withTrailingBits),
    { oidc: "accepted", customJwt: "form" },
    lax,
  ),
  unaligned("oidc", 0, "accepted"),
  unaligned("customJwt", 0, "form"),
  unaligned("oidc", 1, "payload"),
  unaligned("customJwt", 1, "payload"),
  torn(
    "base64 rather than base64url in the signature",
    part(2, (text) => `+/${text.slice(2)}`),
    "form",
  ),
  torn(
    "a space in the header",
    part(0, (text) => ` ${text}`),
    "form",
  ),
  torn(
    "a space in the payload",
    part(1, (text) => `${text} `),
    "payload",
  ),
  torn("a line break at the end", (token) => `${token}\n`, "form"),
  torn("CRLF at the end", (token) => `${token}\r\n`, "form"),
  torn(
    "a character outside ASCII in the signature",
    part(2, (text) => `${text.slice(2)}é`),
    "form",
  ),
  torn(
    "a header of a length that no bytes have",
    part(0, (text) => text.slice(0, text.length - (text.length % 4)) + "A"),
    "form",
  ),
  torn("two parts", (token) => token.slice(0, token.lastIndexOf(".")), "form"),
  torn("four parts", (token) => `${token}.e30`, "form"),
  torn("five parts, as a JWE has", (token) => `${token}.e30.e30`, "form"),
  torn("an empty part more", (token) => `${token}.`, "form"),
  torn("one part", (token) => token.split(".")[0], "payload"),
  torn("nothing", () => "", "payload"),
  torn("two dots", () => "..", "payload"),
  torn("`Bearer ` before it", (token) => `Bearer ${token}`, "form"),
  torn("quotes around it", (token) => `"${token}"`, "form"),
  torn(
    "the payload of another token",
    part(1, () =>
      base64url(
        JSON.stringify({ iss: ISSUER, aud: "convex", sub: "admin", iat: NOW, exp: NOW + 9 }),
      ),
    ),
    "signature",
  ),
  torn(
    "JSON serialisation, flattened",
    (token) => {
      const [header, payload, signature_] = token.split(".");
      return JSON.stringify({ protected: header, payload, signature: signature_ });
    },
    "payload",
  ),
  torn(
    "JSON serialisation, general",
    (token) => {
      const [header, payload, signature_] = token.split(".");
      return JSON.stringify({
        payload,
        signatures: [{ protected: header, signature: signature_ }],
      });
    },
    "payload",
  ),
  ["oidc", "customJwt"].map((kind) => {
    const key = kind === "oidc" ? "rsa" : "p256";
    const inner = signed(key, `{"alg":"none"}`, "{}");
    return makeCase({
      name: `a token in a token, ${kind}`,
      kind,
      claimsText: inner,
      header: { cty: "JWT" },
      expect: "payload",
    });
  }),
  both({
    name: "a payload that is not encoded, as b64 false has it",
    header: { b64: false, crit: ["b64"] },
    torn: part(1, () => '{"iss":"x"}'),
    expect: "payload",
  }),
];
