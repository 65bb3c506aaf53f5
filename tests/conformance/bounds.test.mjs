// What stays different, on purpose, each with both verdicts: neither may change unnoticed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Verifier } from "../tools/verifier.mjs";
import { HOST, ISSUER, NOW, jwk, makeCase } from "./case.mjs";
import { judge } from "./package.mjs";
import { Site } from "./site.mjs";

const site = new Site();
let verifier;

before(async () => {
  await site.start();
  verifier = new Verifier();
});
after(async () => {
  site.close();
  await verifier.close();
});

/** Whether the package accepts, or the code of what it throws or fails with. */
async function ours(one) {
  try {
    const { accepted, checks } = await judge(one, site);
    return accepted || checks.find(({ ok }) => ok === false)?.code;
  } catch ({ code }) {
    return code;
  }
}

async function convexs({ token, providers, now }) {
  const answer = await verifier.judge(token, { providers, now, resolve: { [HOST]: site.origin } });
  return answer.accepted || answer.code;
}

/** A difference: why it stays, the case, and what both say. */
const differ = (why, one, expected) =>
  test(why, async () => {
    site.serve(one.routes);
    assert.deepEqual({ ours: await ours(one), convexs: await convexs(one) }, expected);
  });

const many = Array.from({ length: 700 }, (_, at) => jwk("otherRsa", { kid: `${at}` }));
differ(
  "sets of more than 256 KB are not read: nobody publishes so many keys",
  makeCase({ kind: "oidc", keys: [jwk("rsa"), ...many] }),
  { ours: "ERR_OPTION", convexs: true },
);
differ(
  "tokens of more than 128 KB are not read: no request header has room for them",
  makeCase({ kind: "oidc", claims: { padding: "x".repeat(120_000) } }),
  { ours: "ERR_TOKEN_TOO_LARGE", convexs: true },
);
differ(
  "the list of top-level domains is not carried: a deploy refuses the entry",
  makeCase({ kind: "oidc", provider: { domain: "example.invalidtld" } }),
  { ours: "ERR_TOKEN_ISSUER", convexs: "InvalidProviderDomainUrl" },
);
differ(
  "an empty Content-Type counts as none",
  makeCase({ kind: "oidc", discoveryAnswer: { type: "" } }),
  { ours: true, convexs: "AuthProviderDiscoveryFailed" },
);
differ(
  "a time near 2^64 is none: Convex takes it for one shortly before 1970",
  makeCase({ kind: "oidc", claimsText: claimsWith('"nbf":18446744073709551615') }),
  { ours: "ERR_TOKEN_CLAIM_TYPE", convexs: true },
);
const header = Buffer.concat([
  Buffer.from('{"alg":"RS256","kid":"rsa","x":"'),
  Buffer.from([0xff]),
  Buffer.from('"}'),
]);
differ(
  "a header that is no UTF-8 is none: Convex's OIDC verifier passes over such a value",
  makeCase({ kind: "oidc", headerText: header }),
  { ours: "ERR_TOKEN_MALFORMED", convexs: true },
);
differ(
  "a header that is a list is none: Convex's OIDC verifier takes its values by their places",
  makeCase({ kind: "oidc", headerText: '["RS256",null,null,"rsa","JWT"]' }),
  { ours: "ERR_TOKEN_MALFORMED", convexs: true },
);

function claimsWith(member) {
  return `{"iss":"${ISSUER}","aud":"convex","sub":"user_1","iat":${NOW},"exp":${NOW + 9},${member}}`;
}

test("of two claims that flatten to one name, the later in the alphabet counts, not in the text", async () => {
  const one = makeCase({ kind: "customJwt", claimsText: claimsWith('"a.b":2,"a":{"b":1}') });
  site.serve(one.routes);
  const { verified } = await judge(one, site);
  const { token, providers, now } = one;
  const resolve = { [HOST]: site.origin };
  const { identity } = await verifier.judge(token, { providers, now, resolve });
  assert.deepEqual([verified.identity["a.b"], identity["a.b"]], [2, 1]);
});
