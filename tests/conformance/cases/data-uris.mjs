// A customJwt provider's set inside of its entry, as a data: URI of each form.
import { jwk, makeCase } from "../case.mjs";

const set = JSON.stringify({ keys: [jwk("p256")] });
const base64 = Buffer.from(set).toString("base64");
const uri = (name, jwks, expect) =>
  makeCase({ name, kind: "customJwt", provider: { jwks }, expect });
const named = {
  source: "Convex: fetch_jwks reads data: URIs with the crate `data-url`, by the Fetch standard.",
};

export default [
  uri("base64, application/json", `data:application/json;base64,${base64}`, "accepted"),
  uri(
    "base64, application/jwk-set+json",
    `data:application/jwk-set+json;base64,${base64}`,
    "accepted",
  ),
  uri(
    "base64, text/plain with a charset",
    `data:text/plain;charset=utf-8;base64,${base64}`,
    "accepted",
  ),
  uri("base64, no media type", `data:;base64,${base64}`, "accepted"),
  uri("base64, an image", `data:image/png;base64,${base64}`, "accepted"),
  uri("base64 in capitals", `DATA:application/json;BASE64,${base64}`, "accepted"),
  uri(
    "base64 without its padding",
    `data:application/json;base64,${base64.replace(/=+$/, "")}`,
    "accepted",
  ),
  uri(
    "base64 with white space in it",
    `data:application/json;base64,${base64.slice(0, 40)}\n ${base64.slice(40)}`,
    "accepted",
  ),
  uri(
    "base64 with percent-encoded padding",
    `data:application/json;base64,${base64.replaceAll("=", "%3D")}`,
    "accepted",
  ),
  {
    ...uri(
      "base64 with a space before the name",
      `data:application/json; base64,${base64}`,
      "accepted",
    ),
    ...named,
  },
  uri(
    "base64url",
    `data:application/json;base64,${Buffer.from(`${set}   >>>???`).toString("base64url")}`,
    "jwks",
  ),
  uri(
    "base64 of something else",
    `data:application/json;base64,${Buffer.from("<html>").toString("base64")}`,
    "jwks",
  ),
  uri("base64 that is damaged", "data:application/json;base64,!!!", "jwks"),
  uri("base64 with padding in its middle", `data:application/json;base64,AA==${base64}`, "jwks"),
  uri("base64 that is not said to be", `data:application/json,${base64}`, "jwks"),
  {
    ...uri(
      "base64 that is not the last parameter",
      `data:application/json;base64;x=1,${base64}`,
      "jwks",
    ),
    ...named,
  },
  { ...uri("base64 as the media type", `data:base64,${base64}`, "jwks"), ...named },
  uri("percent-encoded", `data:application/json,${encodeURIComponent(set)}`, "accepted"),
  uri("percent-encoded, quotes alone", `data:,${set.replaceAll('"', "%22")}`, "accepted"),
  uri("as it stands", `data:,${set}`, "accepted"),
  uri(
    "percent signs that stand for nothing",
    `data:application/json,${set.replace("{", '{"x":"%zz%",')}`,
    "accepted",
  ),
  uri("a fragment behind", `data:application/json;base64,${base64}#fragment`, "accepted"),
  uri("a fragment behind the text", `data:,${set}#fragment`, "accepted"),
  uri("a number sign in its middle", `data:,${set.replace("{", '{"x":"#",')}`, "jwks"),
  {
    ...uri("white space around", ` data:application/json;base64,${base64} `, "accepted"),
    ...named,
  },
  uri("a comma in a quoted parameter", `data:application/json;x="a,b";base64,${base64}`, "jwks"),
  uri("nothing", "data:,", "jwks"),
  uri("no comma", "data:application/json;base64", "jwks"),
];
