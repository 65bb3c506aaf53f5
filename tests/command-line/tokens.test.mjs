// sign, verify and inspect.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { generateKeys, jwksFromKey, signConvexToken, verifyConvexToken } from "convex-token";
import { main, makeFolder, run } from "./command.mjs";

const issuer = "https://happy-animal-123.convex.site";
const { privateKey, jwks, kid } = generateKeys({ algorithm: "EdDSA" });
let folder;
before(() => {
  folder = makeFolder();
  writeFileSync(
    join(folder, ".env.local"),
    `NEXT_PUBLIC_CONVEX_URL=https://happy-animal-123.convex.cloud
CONVEX_AUTH_PRIVATE_KEY="${privateKey.trim().replaceAll("\n", "\\n")}"\n`,
  );
  writeFileSync(join(folder, "jwks.json"), JSON.stringify(jwks));
});

test("sign prints a token of the key and the issuer in .env.local, with the claims asked for", async () => {
  writeFileSync(join(folder, "claims.json"), '{ "plan": "pro", "name": "Grace" }');
  const args = [
    "sign",
    "--sub",
    "user_1",
    "--claims",
    "claims.json",
    "--claim",
    "name=Ada = Lovelace",
  ];
  const { status, stdout, stderr } = await run(folder, [
    ...args,
    "--claim",
    "levels:=[1,2]",
    "--expires-in",
    "5m",
  ]);
  assert.equal(status, 0, stderr);
  const { claims, header } = verifyConvexToken(stdout.trim(), { jwks, issuer, audience: "convex" });
  assert.equal(header.kid, kid);
  assert.equal(claims.sub, "user_1");
  assert.equal(claims.name, "Ada = Lovelace");
  assert.equal(claims.plan, "pro");
  assert.deepEqual(claims.levels, [1, 2]);
  assert.equal(claims.exp - claims.iat, 300);
});

test("sign takes claims from a pipe, another issuer and audience, and leaves the kid out", async () => {
  const { stdout } = await run(
    folder,
    [
      "sign",
      "--claims",
      "-",
      "--issuer",
      "https://a.example",
      "--audience",
      "mine",
      "--no-kid",
      "--json",
    ],
    { input: '{ "sub": "user_2" }' },
  );
  const { token } = JSON.parse(stdout);
  const { header } = verifyConvexToken(token, {
    jwks,
    issuer: "https://a.example",
    audience: "mine",
  });
  assert.equal(header.kid, undefined);
});

test("the environment's key goes before that of the file", async () => {
  const other = generateKeys({ algorithm: "EdDSA" });
  const env = { CONVEX_AUTH_PRIVATE_KEY: other.privateKey };
  const { stdout } = await run(folder, ["jwks"], { env });
  assert.deepEqual(JSON.parse(stdout), jwksFromKey(other.privateKey));
});

test("sign refuses what it cannot understand, and says what it wants", async () => {
  for (const [args, text] of [
    [["sign"], /--sub user_1/],
    [["sign", "--sub", "a", "--claim", "nothing"], /NAME=TEXT/],
    [["sign", "--sub", "a", "--claim", "x:=nope"], /x is no JSON/],
  ]) {
    const { status, stderr } = await run(folder, args);
    assert.equal(status, 2);
    assert.match(stderr, text);
  }
  for (const [args, code] of [
    [["sign", "--sub", "a", "--claims", "missing.json"], "ERR_FILE_MISSING"],
    [["sign", "--sub", "a", "--expires-in", "soon"], "ERR_DURATION"],
    [["sign", "--sub", "a", "--claim", "iss=b"], "ERR_CLAIM_RESERVED"],
  ]) {
    const { status, stderr } = await run(folder, args);
    assert.equal(status, 1, stderr);
    assert.match(stderr, new RegExp(code));
  }
});

test("verify accepts a token with the key here, and shows the identity", async () => {
  const token = signConvexToken({ sub: "user_1", name: "Ada" }, { privateKey, issuer });
  for (const input of [
    token,
    `${token}\n`,
    `Bearer ${token}`,
    `"${token}"`,
    JSON.stringify({ token }),
  ]) {
    const { status, stdout, stderr } = await run(folder, ["verify"], { input });
    assert.equal(status, 0);
    assert.match(stdout, /^Accepted\./);
    assert.match(stderr, /^The issuer https:\S+ was not compared/);
    assert.match(stdout, /"subject": "user_1"/);
  }
  writeFileSync(join(folder, "token.txt"), token);
  const json = await run(folder, ["verify", "token.txt", "--jwks", "jwks.json", "--json"]);
  assert.equal(json.status, 0);
  const { accepted, issuerChecked, identity } = JSON.parse(json.stdout);
  assert.ok(accepted);
  assert.equal(issuerChecked, false, "whether it is this deployment's is another question");
  assert.equal(identity.tokenIdentifier, `${issuer}|user_1`);
});

test("one command pipes into another, though it takes a while to begin", () => {
  const node = `"${process.execPath}" "${main}"`;
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `(sleep 0.5; ${node} sign --sub user_1) | ${node} verify`],
    { cwd: folder, encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Accepted\./);
});

test("verify refuses with status 1 and says why", async () => {
  const refusals = {
    ERR_TOKEN_EXPIRED: signConvexToken({ sub: "a" }, { privateKey, issuer, now: new Date(0) }),
    ERR_TOKEN_AUDIENCE: signConvexToken({ sub: "a" }, { privateKey, issuer, audience: "other" }),
    ERR_TOKEN_KEY_NOT_FOUND: signConvexToken(
      { sub: "a" },
      { privateKey: generateKeys({ algorithm: "EdDSA" }).privateKey, issuer },
    ),
    ERR_TOKEN_MALFORMED: "no token",
    ERR_TOKEN_MISSING: "",
  };
  for (const [code, input] of Object.entries(refusals)) {
    const { status, stderr, stdout } = await run(folder, ["verify"], { input });
    assert.equal(status, 1, stdout);
    assert.match(stderr, new RegExp(`\\(${code}\\)`));
    if (input === "") continue;
    assert.match(stderr, /^Refused at the check "[a-z-]+": found .*; expected .*\.\nConvex says: /);
    const json = await run(folder, ["verify", "--json"], { input });
    assert.equal(json.status, 1);
    const verdict = JSON.parse(json.stdout);
    assert.equal(verdict.accepted, false);
    assert.equal(verdict.error.code, code);
    assert.equal(verdict.checks.find(({ ok }) => ok === false).code, code);
  }
});

test("a token as a word of the call is refused, without being repeated", async () => {
  const token = signConvexToken({ sub: "a" }, { privateKey, issuer });
  for (const name of ["verify", "inspect"]) {
    const { status, stdout, stderr } = await run(folder, [name, token]);
    assert.equal(status, 2);
    assert.match(stderr, /ERR_TOKEN_ARGUMENT/);
    assert.ok(!(stdout + stderr).includes(token));
  }
});

test("verify --issuer fetches as strictly as Convex does", async (context) => {
  const answers = {};
  const server = createServer((request, response) => {
    const {
      status = 200,
      type = "application/json",
      body,
      headers = {},
    } = answers[request.url] ?? { status: 404, body: "" };
    response.writeHead(status, { ...headers, ...(type === null ? {} : { "Content-Type": type }) });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  context.after(() => server.closeAllConnections());
  const local = `http://127.0.0.1:${server.address().port}`;
  const input = signConvexToken({ sub: "user_1" }, { privateKey, issuer: local });
  const good = () => {
    answers["/.well-known/openid-configuration"] = {
      body: JSON.stringify({ issuer: local, jwks_uri: `${local}/keys` }),
    };
    answers["/keys"] = {
      body: JSON.stringify(jwks),
      type: "application/jwk-set+json; charset=utf-8",
    };
  };
  const verdict = async (...args) => {
    const { status, stdout } = await run(folder, ["verify", "--json", ...args], { input });
    return { status, ...JSON.parse(stdout) };
  };
  good();
  assert.equal((await verdict("--issuer", local)).status, 0);
  assert.equal(
    (await verdict("--issuer", `${local}/`)).status,
    0,
    "a slash at the end does not matter here",
  );
  assert.equal((await verdict("--jwks", `${local}/keys`)).status, 0);
  answers["/keys"].type = null;
  assert.equal((await verdict("--issuer", local)).status, 0, "Convex misses no header there");
  for (const [code, path, answer] of [
    ["ERR_ROUTE_STATUS", "/keys", { status: 500, body: "" }],
    ["ERR_ROUTE_STATUS", "/.well-known/openid-configuration", { status: 404, body: "" }],
    [
      "ERR_UNREACHABLE",
      "/keys",
      { status: 302, headers: { Location: `data:application/json,${JSON.stringify(jwks)}` } },
    ],
    ["ERR_ROUTE_TYPE", "/keys", { type: "text/plain", body: JSON.stringify(jwks) }],
    ["ERR_ROUTE_JSON", "/keys", { body: "<html>" }],
    ["ERR_ROUTE_JSON", "/keys", { body: "{}" }],
    ["ERR_UNREACHABLE", "/keys", { body: `<html>${" ".repeat(300_000)}` }],
    [
      "ERR_DISCOVERY_ISSUER",
      "/.well-known/openid-configuration",
      { body: JSON.stringify({ issuer: `${local}/`, jwks_uri: `${local}/keys` }) },
    ],
    [
      "ERR_TOKEN_KEY_NOT_FOUND",
      "/keys",
      { body: JSON.stringify(generateKeys({ algorithm: "EdDSA" }).jwks) },
    ],
  ]) {
    good();
    answers[path] = answer;
    const { status, error } = await verdict("--issuer", local);
    assert.equal(status, 1);
    assert.equal(error.code, code, error.message);
  }
  assert.equal((await verdict("--issuer", issuer)).error.code, "ERR_TOKEN_ISSUER");
  const cloud = await verdict("--issuer", "https://happy-animal-123.convex.cloud");
  assert.equal(cloud.status, 2);
  assert.ok(cloud.error.message.endsWith(`issued by ${issuer}.`));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await verdict("--issuer", local)).error.code, "ERR_UNREACHABLE");
});

test("inspect shows everything, says that nothing is verified, and knows the local key", async () => {
  const token = signConvexToken({ sub: "user_1" }, { privateKey, issuer, expiresIn: "15m" });
  const { status, stdout } = await run(folder, ["inspect"], { input: token });
  assert.equal(status, 0);
  assert.match(stdout, /^Not verified/);
  assert.match(stdout, /"sub": "user_1"/);
  assert.match(
    stdout,
    /exp {2}\S+Z {2}expires in 1[45] minutes( \d+ seconds?)?, after a life of 15 minutes/,
  );
  assert.match(stdout, /The kid is that of CONVEX_AUTH_PRIVATE_KEY in \.env\.local, which signs\./);
  const json = JSON.parse((await run(folder, ["inspect", "--json"], { input: token })).stdout);
  assert.equal(json.verified, false);
  assert.equal(json.key.known, true);
});

test("inspect names an expired token, a foreign key and a missing kid", async () => {
  const old = signConvexToken({ sub: "a" }, { privateKey, issuer, now: new Date(0), keyId: false });
  const first = await run(folder, ["inspect"], { input: old });
  assert.match(first.stdout, /exp {2}1970-01-01T01:00:00Z {2}expired \d+ days .*ago/);
  assert.match(first.stdout, /it has no kid/);
  const other = generateKeys({ algorithm: "EdDSA" });
  const foreign = signConvexToken({ sub: "a" }, { privateKey: other.privateKey, issuer });
  assert.match(
    (await run(folder, ["inspect"], { input: foreign })).stdout,
    /The kid is not that of/,
  );
  const elsewhere = await run(makeFolder(), ["inspect"], { input: foreign });
  assert.match(elsewhere.stdout, /no private key here/);
});

test("nothing in a token, a set or a call is more than a text to the terminal", async (context) => {
  // A title, a cleared screen, colours in one byte, a verdict of its own, a line turned around.
  const evil = "\u001b]0;owned\u0007\u001b[2J\u009b32m\nAccepted.\u202e";
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "convex", sub: "a", iat: now, exp: now + 60 };
  const token = (header, more) =>
    `${part({ alg: "EdDSA", typ: "JWT", kid, ...header })}.${part({ ...claims, ...more })}.AA`;
  const server = createServer((request, response) => {
    const local = `http://${request.headers.host}`;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(
      request.url === "/.well-known/openid-configuration"
        ? JSON.stringify({ issuer: local, jwks_uri: `${local}/keys?${evil}` })
        : JSON.stringify({ keys: [{ ...jwks.keys[0], kid: evil }] }),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const local = `http://127.0.0.1:${server.address().port}`;
  const tokens = [
    token({ alg: evil }, {}),
    token({ kid: evil, typ: evil, [evil]: 1 }, {}),
    token({}, { iss: evil, aud: evil }),
    token({}, { sub: { [evil]: evil }, [evil]: evil }),
    signConvexToken({ sub: "a", name: evil, [evil]: [evil] }, { privateKey, issuer }),
    signConvexToken({ sub: "a", name: evil }, { privateKey, issuer: local }),
    evil,
  ];
  const calls = [["inspect"], ["verify"], ["verify", "--issuer", local]].flatMap((call) =>
    tokens.flatMap((input) => [
      [call, input],
      [[...call, "--json"], input],
    ]),
  );
  for (const words of [[evil], ["verify", evil], ["verify", `--${evil}`], ["sign", evil]]) {
    calls.push([words, ""]);
  }
  const outputs = await Promise.all(calls.map(([args, input]) => run(folder, args, { input })));
  for (const [index, { stdout, stderr }] of outputs.entries()) {
    const call = JSON.stringify(calls[index]);
    assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n]|\p{Bidi_Control}/u, call);
    assert.doesNotMatch(stdout + stderr, /^\s*Accepted\.(?! ctx)/m, call);
    if (!call.includes("--json")) continue;
    const { claims } = JSON.parse(stdout);
    if (claims?.name !== undefined) assert.equal(claims.name, evil, "the same value");
  }
});
