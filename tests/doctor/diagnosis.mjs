// Runs the doctor on a project and a deployment, and reads its report.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Deployment } from "./deployment.mjs";
import { makeProject, nextProject, oneLine, run, write } from "./project.mjs";

/** A deployment that is whole again before each case, with a healthy project for it. */
export function patient() {
  const patient = new Patient();
  before(() => patient.start());
  after(() => patient.deployment.close());
  return patient;
}

class Patient {
  async start() {
    this.deployment = await Deployment.start();
    this.recover();
  }

  /** A healthy deployment in Convex's cloud, and the variables of a project for it. */
  recover() {
    const { deployment } = this;
    Object.assign(deployment, {
      answers: {},
      apiAnswer: undefined,
      clockOffset: 0,
      siteFromInside: undefined,
      asked: [],
    });
    this.env = {
      NEXT_PUBLIC_CONVEX_URL: deployment.inCloud().url,
      CONVEX_AUTH_PRIVATE_KEY: oneLine(deployment.keys.privateKey),
    };
  }

  /** The same deployment, self-hosted: under its addresses on this machine. */
  selfHosted() {
    const { deployment } = this;
    deployment.hosts = {};
    deployment.issuer = deployment.siteUrl;
    deployment.providers = [{ domain: deployment.siteUrl, applicationID: "convex" }];
    this.env.NEXT_PUBLIC_CONVEX_URL = deployment.url;
    this.env.CONVEX_SITE_URL = deployment.siteUrl;
  }

  /** Publishes the key as the older guides do it. */
  publishWithoutKid() {
    const { kid: _kid, alg: _alg, ...jwk } = this.deployment.keys.publicJwk;
    this.deployment.answers = this.deployment.documents(this.deployment.keys, { keys: [jwk] });
  }

  /** The project: a healthy one with some files in place of its own; null takes one away. */
  project(files = {}) {
    const folder = makeProject(nextProject(this.env));
    write(folder, files);
    return folder;
  }

  /** What the doctor says of a project. */
  async examine(folder, args = []) {
    const { env } = this.deployment;
    const result = await run(folder, ["doctor", "--json", ...args], { env });
    assert.equal(result.stderr, "");
    assertNoKey(result.stdout, this.deployment.keys.privateKey);
    return { status: result.status, ...JSON.parse(result.stdout) };
  }
}

/** No line of a private key is in a text. */
export function assertNoKey(text, privateKey) {
  const lines = privateKey.split("\n").filter((line) => line.length > 20 && !line.startsWith("-"));
  assert.ok(lines.length > 1);
  for (const line of lines) assert.ok(!text.includes(line.slice(0, 24)), "key material");
}

export const findings = (report, level) =>
  report.checks.flatMap((check) => check.findings.filter((each) => each.level === level));

/** Exactly one thing is wrong, with this code, this cure, and Convex's own words if there are any. */
export function assertOneCause(report, { code, check, fix, convex, fixable }) {
  const errors = findings(report, "error");
  assert.deepEqual(
    errors.map((each) => each.code),
    [code],
    JSON.stringify(report.checks.map(({ name, status, found }) => [name, status, found])),
  );
  assert.equal(report.status, 1);
  assert.equal(report.ok, false);
  assert.equal(report.cause, code);
  const [error] = errors;
  const failed = report.checks.filter(({ status }) => status === "failed");
  assert.equal(failed.length, 1);
  if (check !== undefined) assert.equal(failed[0].name, check);
  assertSays(error, { fix, convex });
  if (fixable !== undefined) assert.equal(error.fixable, fixable);
}

/** Nothing is wrong, and one thing is worth knowing. */
export function assertOneWarning(report, { code, fix, convex }) {
  assert.deepEqual(findings(report, "error"), []);
  assert.equal(report.status, 0);
  assert.equal(report.ok, true);
  assert.equal(report.cause, null);
  const warnings = findings(report, "warning");
  assert.deepEqual(
    warnings.map((each) => each.code),
    [code],
  );
  assertSays(warnings[0], { fix, convex });
}

function assertSays(finding, { fix, convex }) {
  assert.match(finding.fix, fix);
  if (convex === undefined) return;
  assert.match(finding.convexMessage ?? "", convex);
}
