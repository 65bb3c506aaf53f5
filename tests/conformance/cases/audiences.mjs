// `aud`: none, one, many, wrong; with and without an applicationID.
import { both, makeCase, oidc } from "../case.mjs";

const any = (aud, expect, shown = JSON.stringify(aud)) =>
  both({ name: `aud is ${shown ?? "absent"}`, claims: { aud }, expect });

/** With a customJwt provider that names no application. */
const open = (aud, expect = "accepted") =>
  makeCase({
    name: `aud is ${JSON.stringify(aud) ?? "absent"}, customJwt without applicationID`,
    kind: "customJwt",
    provider: { applicationID: undefined },
    claims: { aud },
    expect,
  });

export default [
  any("convex", "accepted"),
  any(["convex"], "accepted"),
  any(["convex", "convex"], "accepted"),
  any(["convex", "other"], { oidc: "one-audience", customJwt: "accepted" }),
  any(["other", "convex"], { oidc: "one-audience", customJwt: "accepted" }),
  any("other", "audience"),
  any("Convex", "audience"),
  any("convex ", "audience"),
  any(["other", "third"], "audience"),
  any([], "audience"),
  any("", "audience"),
  any(undefined, "audience"),
  any(null, "audience"),
  any(1, "payload"),
  any({ convex: true }, "payload"),
  any([["convex"]], "payload"),
  any(["convex", null], "payload"),
  any(["convex", 1], "payload"),
  ["other", ["a", "b"], [], undefined, null, ""].map((aud) => open(aud)),
  open(1, "payload"),
  makeCase({
    name: "the applicationID is empty, and so is aud",
    kind: "oidc",
    provider: { applicationID: "" },
    claims: { aud: "" },
    expect: "accepted",
  }),
  makeCase({
    name: "the applicationID is null, customJwt",
    kind: "customJwt",
    provider: { applicationID: null },
    claims: { aud: "other" },
    expect: "accepted",
  }),
  makeCase({
    name: "the applicationID is null, oidc",
    kind: "oidc",
    providers: [{ ...oidc, applicationID: null }],
    expect: "provider",
  }),
];
