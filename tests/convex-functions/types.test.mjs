// The types of `convex-token/convex`, in a project that uses Convex's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Workshop } from "./workshop.mjs";

const usage = `
import { type AuthConfig, httpRouter } from "convex/server";
import type { Jwks } from "convex-token";
import { addAuthRoutes, convexAuthConfig, requireSecret } from "convex-token/convex";

declare const jwks: Jwks;
const http = httpRouter();

addAuthRoutes(http);
addAuthRoutes(http, { issuer: process.env.ISSUER, jwks: process.env.JWKS });
addAuthRoutes(http, { jwks });
// @ts-expect-error a router is needed
addAuthRoutes();
// @ts-expect-error no such option
addAuthRoutes(http, { privateKey: "x" });

convexAuthConfig() satisfies AuthConfig;
convexAuthConfig({ kind: "oidc", applicationID: "mine" }) satisfies AuthConfig;
convexAuthConfig({ kind: "customJwt", algorithm: "ES256", jwks }) satisfies AuthConfig;
convexAuthConfig({ kind: "customJwt", embedJwks: true }) satisfies AuthConfig;
convexAuthConfig({ kind: "customJwt", jwks: process.env.JWKS }) satisfies AuthConfig;
convexAuthConfig().providers[0]!.domain satisfies string;
convexAuthConfig({ kind: "customJwt" }).providers[0]!.jwks satisfies string;
// @ts-expect-error the set of an OIDC provider is discovered
convexAuthConfig({ embedJwks: true });
// @ts-expect-error customJwt providers take no EdDSA
convexAuthConfig({ kind: "customJwt", algorithm: "EdDSA" });
// @ts-expect-error no such kind
convexAuthConfig({ kind: "jwt" });

requireSecret("x", process.env.SECRET) satisfies void;
requireSecret(undefined, [process.env.SECRET, process.env.OLD_SECRET]);
requireSecret(null, ["x"] as const);
// @ts-expect-error what is expected has to be said
requireSecret("x");
// @ts-expect-error secrets are texts
requireSecret(1, "x");
`;

let project;
before(async () => {
  project = await Workshop.create({ "usage.ts": usage });
});
after(() => project?.remove());

test("usage that should compile does, and usage that should not does not", async () => {
  assert.equal(await project.typeErrors(), "");
});
