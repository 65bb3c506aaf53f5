// Keys and secrets where they do not belong: in the words of a call, in variables that are addresses, in
// files that should hold something else. Nothing of them is said by any command. (What every other test
// runs is looked through as well: tests/tools/watched.mjs.)
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { test } from "node:test";
import { generateKeys, signConvexToken } from "convex-token";
import { Canaries, formsOf, keysIn } from "../tools/canaries.mjs";
import { main, makeFolder, run, standInForConvex } from "./command.mjs";

const issuer = "https://happy-animal-123.convex.site";
const pairs = ["RS256", "ES256", "EdDSA"].map((algorithm) => generateKeys({ algorithm }));
const canaries = new Canaries(pairs.map(({ privateKey }) => privateKey));

const forms = pairs.flatMap(({ privateKey }) => Object.entries(formsOf(privateKey)));

function project(variables = {}) {
  const folder = makeFolder();
  const lines = Object.entries({ CONVEX_SITE_URL: issuer, ...variables });
  const quoted = (value) =>
    value.includes('"') ? `'${value}'` : `"${value.trim().replaceAll("\n", "\\n")}"`;
  const text = lines.map(([name, value]) => `${name}=${quoted(value)}\n`).join("");
  writeFileSync(join(folder, ".env.local"), text, { mode: 0o600 });
  writeFileSync(join(folder, "package.json"), '{ "dependencies": { "convex": "1.48.0" } }');
  return folder;
}

async function showsNothing(folder, args, given) {
  const { stdout, stderr, status } = await run(folder, args, given);
  const words = args.map((each) => each.slice(0, 20)).join(" ");
  assert.deepEqual(canaries.shownIn(stdout + stderr), [], words);
  assert.ok(status !== null && stdout + stderr !== "", words);
  if (args.includes("--json")) JSON.parse(stdout);
}

/** As many at once as there are processors for. */
async function all(cases, attempt) {
  const waiting = [...cases];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await attempt(next);
  };
  await Promise.all([worker(), worker(), worker()]);
}

test("the search finds a key in every form", () => {
  for (const [name, text] of forms) {
    assert.notDeepEqual(canaries.shownIn(text), [], name);
    assert.notDeepEqual(canaries.shownIn(JSON.stringify({ text })), [], name);
    assert.deepEqual(keysIn(text).length, name === "cut off" || name === "bare base64" ? 0 : 1);
  }
});

test("a key as a word of a call, or where a file, a step or an address is wanted, is not said again", async () => {
  const calls = (key) => [
    [key],
    ["jwks", key],
    ["rotate", "--step", key, "--json"],
    ["sign", "--sub", "u", "--issuer", key],
    ["verify", key, "--json"],
    ["inspect", key],
    ["verify", "--jwks", key],
    ["doctor", key, "--json"],
    ["init", "--convex", key],
  ];
  const folder = project({ CONVEX_AUTH_PRIVATE_KEY: pairs[2].privateKey });
  // Each form with one of the calls, in turn.
  const cases = forms.flatMap(([, key], at) =>
    calls(key).filter((_, index) => (index + at) % 9 === 0),
  );
  await all(cases, (args) => showsNothing(folder, args));
});

test("a key in a variable that is an address, or the published set, is not shown", async () => {
  const names = ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL", "JWKS"];
  const commands = [
    ["sign", "--sub", "u"],
    ["doctor", "--offline"],
    ["doctor", "--offline", "--json"],
  ];
  const cases = forms.flatMap(([, key], at) => {
    const name = names[at % names.length];
    const variables = { CONVEX_SITE_URL: "", CONVEX_AUTH_PRIVATE_KEY: pairs[2].privateKey };
    const folder = project({ ...variables, [name]: key });
    return [{ folder, args: commands[at % 3] }];
  });
  await all(cases, ({ folder, args }) => showsNothing(folder, args));
});

test("a shared secret in a variable of another name is not shown, whether it is of the environment or of a file", async () => {
  const secret = "Qx7!vL2#Gk9@wP4$tR8";
  const secrets = new Canaries([], { secret });
  const calls = [["sign", "--sub", "u"], ["doctor", "--offline"], ["doctor", "--offline", "--json"]]; // prettier-ignore
  const names = ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"];
  const cases = names.flatMap((name, at) => {
    const variables = { CONVEX_SITE_URL: "", CONVEX_AUTH_PRIVATE_KEY: pairs[2].privateKey };
    const own = { CONVEX_AUTH_ADAPTER_SECRET: secret };
    const [args, other] = [calls[at], calls[(at + 1) % 3]];
    return [
      { folder: project({ ...variables, ...own, [name]: secret }), args },
      { folder: project({ ...variables, [name]: secret }), args: other, env: own },
    ];
  });
  const said = [];
  await all(cases, async ({ folder, args, env }) => {
    const { stdout, stderr } = await run(folder, args, { env });
    assert.deepEqual(secrets.shownIn(stdout + stderr), [], `${args}`);
    said.push(stdout + stderr);
  });
  assert.ok(said.filter((text) => text.includes("a secret, not shown")).length >= 4, `${said}`);
});

test("a key that is damaged, or of another kind, is not shown by the command that refuses it", async () => {
  const damages = [
    (key) => key.slice(0, -60),
    (key) => key.slice(60),
    (key) => key.replace(/[A-Za-z](?=[^A-Za-z]*$)/, "?"),
    (key) => `${key.slice(0, key.length / 2)}${key.slice(key.length / 2 + 9)}`,
  ];
  const commands = ["jwks", "sign", "rotate", "doctor", "inspect", "verify"];
  const token = signConvexToken({ sub: "u" }, { privateKey: pairs[0].privateKey, issuer });
  const more = { sign: ["--sub", "u"], doctor: ["--offline"] };
  const cases = forms.flatMap(([, key], at) => {
    if (at % 2 === 1) return [];
    const name = commands[(at / 2) % commands.length];
    const damaged = damages[(at / 2) % damages.length](key);
    return [{ name, damaged, json: at % 4 === 0 && name !== "jwks" ? ["--json"] : [] }];
  });
  await all(cases, async ({ name, damaged, json }) => {
    const folder = project({ CONVEX_AUTH_PRIVATE_KEY: damaged });
    await showsNothing(folder, [name, ...(more[name] ?? []), ...json], { input: token });
  });
});

test("a key in a file of claims, of a set or of a token, and on the standard input", async () => {
  const folder = project({ CONVEX_AUTH_PRIVATE_KEY: pairs[1].privateKey });
  const jwk = forms.find(([name]) => name === "JWK")[1];
  for (const [file, key] of Object.entries({ pem: pairs[1].privateKey, jwk })) {
    writeFileSync(join(folder, file), key);
    // A JWK is an object, which can be signed as claims: whoever wants that gets it.
    const asClaims = file === "jwk" ? [] : [["sign", "--sub", "u", "--claims", file], ["sign", "--claims", "-", "--json"]]; // prettier-ignore
    const others = [["verify", "--jwks", file], ["verify", file, "--json"], ["inspect"]];
    await all([...asClaims, ...others], (args) => showsNothing(folder, args, { input: key }));
  }
});

test("a file that the system refuses is told without what is in it", async () => {
  const folder = project({ CONVEX_AUTH_PRIVATE_KEY: pairs[0].privateKey });
  mkdirSync(join(folder, "folder"));
  for (const args of [
    ["jwks", "--file", "folder"],
    ["rotate", "--file", "folder", "--json"],
    ["keys", "--file", ".env.local/x"],
    ["keys"],
  ]) {
    const { status } = await run(folder, args);
    assert.equal(status, 1, args.join(" "));
    await showsNothing(folder, args);
  }
  chmodSync(folder, 0o700);
});

test("other programs see no key in a command's words or title, nor in those of what it starts", async () => {
  const { privateKey } = pairs[2];
  const folder = project({ CONVEX_AUTH_PRIVATE_KEY: privateKey, CONVEX_DEPLOYMENT: "dev:x" });
  // What it is started with, and what is seen of who has started it.
  standInForConvex(
    folder,
    `const fs = require("node:fs");
     const seen = [process.argv.join(" "), process.title, fs.readFileSync(0, "utf8")];
     for (const id of ["self", process.ppid]) {
       try { seen.push(fs.readFileSync(\`/proc/\${id}/cmdline\`, "utf8"), fs.readFileSync(\`/proc/\${id}/comm\`, "utf8")); } catch {}
     }
     fs.appendFileSync("seen.txt", seen.join("\\n"));`,
  );
  const { status } = await run(folder, ["rotate", "--set-env"]);
  assert.equal(status, 0);
  const seen = readFileSync(join(folder, "seen.txt"), "utf8");
  assert.match(seen, /env set JWKS/);
  assert.match(seen, /rotate/);
  const now = readFileSync(join(folder, ".env.local"), "utf8");
  assert.deepEqual(new Canaries(keysIn(now)).shownIn(seen), []);
  assert.equal(keysIn(now).length, 2);
});

test("keys --print is the one way in which a key is shown", async () => {
  for (const more of [[], ["--json"]]) {
    const folder = makeFolder();
    const { stdout, stderr } = await run(folder, [
      "keys",
      "--algorithm",
      "ES256",
      "--print",
      ...more,
    ]);
    assert.equal(keysIn(stdout).length, 1);
    assert.equal(stderr, "");
  }
});

test("a reader that goes away leaves nothing of a key behind", async () => {
  const folder = project({ CONVEX_AUTH_PRIVATE_KEY: pairs[0].privateKey });
  const child = spawn(process.execPath, [main, "jwks"], { cwd: folder });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  await once(child, "close");
  assert.deepEqual(canaries.shownIn(said), []);
});
