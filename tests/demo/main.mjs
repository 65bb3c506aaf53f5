// From nothing to the identity that Convex hands to a function. scripts/demo runs it:
//
//   node tests/demo/main.mjs VERIFIER
//
// For each algorithm a key pair is made and written into an .env.local, a site starts with what the
// file says, a user signs in there, and the token in her session is judged by Convex's rules.
// VERIFIER is the program of tests/verify-as-convex.

import { convexAuthProvider, generateKeys } from "convex-token";
import { Browser } from "./browser.mjs";
import { Checks } from "./checks.mjs";
import { atEnd, cleanUp } from "./cleanup.mjs";
import { Convex } from "./convex.mjs";
import { EnvironmentFile } from "./environment.mjs";
import { Report } from "./report.mjs";
import { startServer } from "./server.mjs";
import { Site, password, user } from "./site.mjs";
import { abbreviate } from "./token.mjs";
import { versions } from "./versions.mjs";

const report = new Report();
try {
  await demo(process.argv[2]);
} catch (error) {
  report.broken(error);
} finally {
  cleanUp();
}
process.exitCode = report.summary() ? 0 : 1;

async function demo(verifier) {
  if (!verifier) throw new Error("main.mjs needs the path of the verifier: run scripts/demo");
  const convex = new Convex(verifier);
  const file = new EnvironmentFile();
  const server = await startServer();
  atEnd(() => server.close());
  const tools = { file, server, check: new Checks(report, convex) };

  report.title(versions());
  report.step(`site ready on ${server.origin}: next-auth and two /.well-known routes`);
  report.step("verifier ready: judges as Convex does, with the crates that Convex is built on");

  const identity = await rs256(tools);
  await es256(tools);
  await edDSA(tools);

  if (!identity) return;
  report.title("What ctx.auth.getUserIdentity() returns in a Convex function:");
  report.json(identity);
}

async function rs256(tools) {
  const { check } = tools;
  report.title("RS256");
  const keys = makeKeys("RS256");
  const session = await signIn(tools, keys, "CONVEX_AUTH_PRIVATE_KEY");

  const oidc = session.site.issuer.provider({ kind: "oidc" });
  const identity = await check.accepted("OIDC", session, oidc, [
    "openid-configuration",
    "jwks.json",
  ]);
  const customJwt = session.site.issuer.provider({ kind: "customJwt" });
  await check.accepted("customJwt", session, customJwt, ["jwks.json"]);
  const embedded = convexAuthProvider({ kind: "customJwt", jwks: process.env.JWKS });
  await check.accepted("customJwt with a data: URI", session, embedded, []);
  await check.forgeriesRefused("OIDC", session, oidc);
  await check.forgeriesRefused("customJwt", session, customJwt);

  report.title("RS256 again, the key kept as Convex Auth keeps it");
  const moved = await signIn(tools, keys, "JWT_PRIVATE_KEY");
  await check.accepted("OIDC", moved, oidc, ["openid-configuration", "jwks.json"]);
  return identity;
}

async function es256(tools) {
  const { check } = tools;
  report.title("ES256");
  const session = await signIn(tools, makeKeys("ES256"), "CONVEX_AUTH_PRIVATE_KEY");

  const customJwt = session.site.issuer.provider({ kind: "customJwt" });
  await check.accepted("customJwt", session, customJwt, ["jwks.json"]);
  const embedded = convexAuthProvider({ kind: "customJwt", jwks: process.env.JWKS });
  await check.accepted("customJwt with a data: URI", session, embedded, []);
  await check.forgeriesRefused("customJwt", session, customJwt);

  check.notOffered("oidc", session);
  const oidc = convexAuthProvider({ kind: "oidc" });
  await check.refused("OIDC refuses ES256", session.token, oidc, /Disallowed signature algorithm/);
}

async function edDSA(tools) {
  const { check } = tools;
  report.title("EdDSA");
  const session = await signIn(tools, makeKeys("EdDSA"), "CONVEX_AUTH_PRIVATE_KEY");

  const oidc = session.site.issuer.provider({ kind: "oidc" });
  await check.accepted("OIDC", session, oidc, ["openid-configuration", "jwks.json"]);
  await check.forgeriesRefused("OIDC", session, oidc);

  check.notOffered("customJwt", session);
  const customJwt = convexAuthProvider({ kind: "customJwt" });
  await check.refused(
    "customJwt refuses a set with an EdDSA key",
    session.token,
    customJwt,
    /Invalid JWKS response body/,
  );
  await check.refused(
    'customJwt refuses algorithm: "EdDSA"',
    session.token,
    { ...customJwt, algorithm: "EdDSA" },
    /AuthConfigNotMatchingSchemaError/,
  );
}

function makeKeys(algorithm) {
  const since = performance.now();
  const keys = generateKeys({ algorithm });
  report.step(`keys made: kid ${abbreviate(keys.kid)}`, since);
  return keys;
}

/** Gives the key to the site under this name, and signs the user in there. */
async function signIn({ file, server, check }, keys, variable) {
  report.step(`.env.local written: ${file.write(keys, variable, server.origin)}`);
  report.step(`.env.local read: ${file.load()} variables are now in process.env`);

  const site = new Site(server.origin);
  atEnd(() => site.issuer.dispose());
  server.serve(site);

  const since = performance.now();
  const browser = new Browser(server.origin);
  await browser.signIn({ email: user.email, password });
  const { convexToken: token } = await browser.session();
  if (!token) throw new Error("the session has no convexToken: the sign-in has failed");
  report.step(`${user.name} signed in: her session has the token ${abbreviate(token)}`, since);

  check.renewed(token, (await browser.session()).convexToken);
  return { site, token };
}
