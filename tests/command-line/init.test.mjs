// init on five shapes of projects, and where it refuses.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { parseEnv } from "node:util";
import { generateKeys, jwksFromKey } from "convex-token";
import { makeFolder, run, secretLines } from "./command.mjs";
import { addGuideKeys, copyOf, expectedDiff, filesOf, shapes } from "./project.mjs";

const git = (folder, ...args) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });

test("there are five shapes of projects at least", () => {
  assert.ok(shapes.length >= 5);
});

for (const shape of shapes) {
  describe(shape, () => {
    let folder;
    let old;
    let first;
    before(async () => {
      folder = copyOf(shape);
      old = filesOf(folder);
      first = await run(folder, ["init", "--json", "--yes"]);
      assert.equal(first.status, 0, first.stdout + first.stderr);
    });

    test("the diff is the one that is expected, and --dry-run changes nothing", async () => {
      const other = copyOf(shape);
      const before = filesOf(other);
      const { status, stdout, stderr } = await run(other, ["init", "--dry-run"]);
      assert.equal(status, 0, stderr);
      assert.deepEqual(filesOf(other), before);
      if (process.env.UPDATE_EXPECTED) writeFileSync(expectedDiff(shape), stdout);
      assert.equal(stdout, readFileSync(expectedDiff(shape), "utf8"));
    });

    test("what is written is what the diff showed", () => {
      const patched = copyOf(shape);
      // What follows the diff is for people.
      const shown = readFileSync(expectedDiff(shape), "utf8");
      const [diff] = shown.split(/^(?=Note: |By hand|Nothing was written)/m);
      execFileSync("git", ["apply", "--unidiff-zero", "--exclude=.env.local"], {
        cwd: patched,
        input: diff,
      });
      const { ".env.local": _written, ...written } = filesOf(folder);
      const { ".env.local": _patched, ...expected } = filesOf(patched);
      assert.deepEqual(written, expected);
    });

    test("the key is in .env.local, for its owner alone, unseen, and ignored by git", () => {
      const file = join(folder, ".env.local");
      const text = readFileSync(file, "utf8");
      assert.ok(text.startsWith(old[".env.local"] ?? ""), "nothing that was there is changed");
      assert.equal(jwksFromKey(parseEnv(text).CONVEX_AUTH_PRIVATE_KEY).keys.length, 1);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const secrets = [...secretLines(file), "canary-auth-secret"];
      assert.ok(secrets.length > 20);
      for (const secret of secrets) assert.ok(!(first.stdout + first.stderr).includes(secret));
      // The second is what a run that was killed leaves beside it.
      for (const name of [".env.local", ".env.tmp-1.local"]) {
        assert.equal(git(folder, "check-ignore", name).trim(), name);
      }
      git(folder, "add", "--all");
      assert.doesNotMatch(git(folder, "ls-files"), /\.env\.local/);
    });

    test("--json says the same to a program", () => {
      assert.equal(first.stderr, "");
      const { status, project, files, instructions, jwks } = JSON.parse(first.stdout);
      assert.equal(status, "written");
      assert.equal(project.router, shape.startsWith("pages") ? "pages" : "app");
      assert.equal(project.authVersion, shape.includes("auth4") ? 4 : 5);
      const shown = readFileSync(expectedDiff(shape), "utf8");
      for (const { path, diff } of files) assert.ok(shown.includes(diff), path);
      assert.deepEqual(instructions, []);
      const { CONVEX_AUTH_PRIVATE_KEY } = parseEnv(
        readFileSync(join(folder, ".env.local"), "utf8"),
      );
      assert.deepEqual(jwks, jwksFromKey(CONVEX_AUTH_PRIVATE_KEY));
    });

    test("a second run finds nothing to do", async () => {
      const written = filesOf(folder);
      const again = await run(folder, ["init"]);
      assert.equal(again.status, 0, again.stderr);
      assert.match(again.stdout, /^Nothing to do/m);
      assert.doesNotMatch(again.stdout, /^(---|\+\+\+|By hand)/m);
      assert.deepEqual(filesOf(folder), written);
      assert.equal(
        JSON.parse((await run(folder, ["init", "--json"])).stdout).status,
        "nothing to do",
      );
    });
  });
}

const shape = "app-typescript-auth5";

/** A copy that has a key already, which is quicker than having one made. */
function copyWithKey() {
  const folder = copyOf(shape);
  const { privateKey } = generateKeys({ algorithm: "EdDSA" });
  const line = `CONVEX_AUTH_PRIVATE_KEY="${privateKey.trim().replaceAll("\n", "\\n")}"\n`;
  appendFileSync(join(folder, ".env.local"), line);
  return folder;
}

describe("moving from keys without a kid", () => {
  const deployedWith = (folder, jwk) => {
    const file = join(folder, ".env.local");
    const text = readFileSync(file, "utf8").replace(
      /^JWKS=.*$/m,
      `JWKS='${JSON.stringify({ keys: [jwk] })}'`,
    );
    writeFileSync(file, text, { mode: 0o600 });
  };

  test("a set without kid gives keyId: false and the steps; with it, init takes that out again", async () => {
    const folder = copyOf(shape);
    const { publicJwk } = addGuideKeys(folder);
    const first = await run(folder, ["init", "--yes"]);
    assert.match(
      readFileSync(join(folder, "auth.ts"), "utf8"),
      /convexSession\(\{ keyId: false \}\)/,
    );
    assert.match(first.stdout, /1\. Publish the same key with its kid/);
    assert.match(first.stdout, /2\. Wait 30 seconds/);
    deployedWith(folder, publicJwk);
    const second = await run(folder, ["init", "--yes"]);
    assert.match(second.stdout, /^\+ {4}session: convexSession\(\),$/m);
    assert.match(readFileSync(join(folder, "auth.ts"), "utf8"), /convexSession\(\)/);
    assert.match((await run(folder, ["init"])).stdout, /^Nothing to do/m);
  });

  test("a key that is published under another name is signed with under that name", async () => {
    const folder = copyOf(shape);
    const { publicJwk } = addGuideKeys(folder);
    deployedWith(folder, { ...publicJwk, kid: "mine" });
    await run(folder, ["init", "--yes"]);
    assert.match(
      readFileSync(join(folder, "auth.ts"), "utf8"),
      /convexSession\(\{ keyId: "mine" \}\)/,
    );
  });

  test("a name of a published key is a text in the code, whatever quotes there are", async () => {
    const kid = `a'+process.exit(7)+'"+process.exit(8)+"\\`;
    for (const shape of ["app-typescript-auth5", "pages-javascript-auth4"]) {
      const folder = copyOf(shape);
      const { privateKey, publicJwk } = generateKeys({ algorithm: "EdDSA" });
      const set = JSON.stringify({ keys: [{ ...publicJwk, kid }] });
      writeFileSync(
        join(folder, ".env.local"),
        `CONVEX_AUTH_PRIVATE_KEY="${privateKey.trim().replaceAll("\n", "\\n")}"\nJWKS=\`${set}\`\n`,
      );
      const { stdout } = await run(folder, ["init", "--yes"]);
      const [, literal] = /keyId: ((["'])(?:\\.|(?!\2).)*\2) \}/.exec(stdout);
      assert.equal(new Function(`return ${literal}`)(), kid);
    }
  });

  test("another published key is told, and no command is offered that overwrites it unasked", async () => {
    const folder = copyOf(shape);
    addGuideKeys(folder);
    deployedWith(folder, generateKeys().publicJwk);
    const { stdout } = await run(folder, ["init", "--dry-run", "--json"]);
    const { moving, commands } = JSON.parse(stdout);
    assert.equal(moving.stage, "other-key");
    assert.deepEqual(commands, []);
  });
});

test("the set that Convex Auth publishes is not overwritten", async () => {
  const folder = copyOf(shape);
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.dependencies["@convex-dev/auth"] = "0.0.90";
  writeFileSync(path, JSON.stringify(manifest));
  const { stdout } = await run(folder, ["init", "--yes"]);
  assert.match(stdout, /^A key is published in the deployment by Convex Auth already/m);
  assert.doesNotMatch(readFileSync(join(folder, ".env.local"), "utf8"), /PRIVATE KEY/);
  assert.doesNotMatch(stdout, /env set JWKS/);
});

describe("refusals", () => {
  const refused = async (folder, args, code, text) => {
    const before = filesOf(folder);
    const { status, stderr } = await run(folder, ["init", ...args]);
    assert.equal(status, code === "ERR_NEEDS_CONFIRMATION" ? 2 : 1, stderr);
    assert.match(stderr, new RegExp(`\\(${code}\\)`));
    assert.match(stderr, text);
    assert.deepEqual(filesOf(folder), before);
  };
  const edited = (edit) => {
    const folder = copyOf(shape);
    edit(folder);
    return folder;
  };
  const withManifest = (edit) =>
    edited((folder) => {
      const path = join(folder, "package.json");
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      edit(manifest.dependencies);
      writeFileSync(path, JSON.stringify(manifest));
    });

  test("without a terminal and --yes nothing is written", () =>
    refused(copyOf(shape), [], "ERR_NEEDS_CONFIRMATION", /--yes/));

  test("a folder without package.json", async () => {
    await refused(makeFolder(), [], "ERR_NO_PROJECT", /create-next-app/);
    const folder = makeFolder();
    mkdirSync(join(folder, "apps"));
    renameSync(copyOf(shape), join(folder, "apps/web"));
    await refused(folder, [], "ERR_NO_PROJECT", /`cd apps\/web`/);
    writeFileSync(join(folder, "package.json"), "{}");
    await refused(folder, [], "ERR_NO_PROJECT", /`cd apps\/web`/);
  });

  test("a package that is missing, in the words of the project's package manager", async () => {
    const no = (name) => withManifest((dependencies) => delete dependencies[name]);
    await refused(no("next-auth"), [], "ERR_PACKAGE_MISSING", /`npm install next-auth`/);
    const pnpm = no("convex");
    writeFileSync(join(pnpm, "pnpm-lock.yaml"), "");
    await refused(pnpm, [], "ERR_PACKAGE_MISSING", /`pnpm add convex`/);
  });

  test("no folder of Convex functions", async () => {
    const none = edited((folder) => rmSync(join(folder, "convex"), { recursive: true }));
    await refused(none, [], "ERR_NO_CONVEX_FOLDER", /`npx convex dev`/);
    await refused(copyOf(shape), ["--convex", "backend"], "ERR_NO_CONVEX_FOLDER", /backend/);
    const monorepo = makeFolder();
    rmSync(join(none, ".git"), { recursive: true });
    writeFileSync(join(monorepo, "package.json"), "{}");
    mkdirSync(join(monorepo, "packages/backend"), { recursive: true });
    renameSync(none, join(monorepo, "packages/web"));
    renameSync(join(copyOf(shape), "convex"), join(monorepo, "packages/backend/convex"));
    await refused(
      join(monorepo, "packages/web"),
      [],
      "ERR_NO_CONVEX_FOLDER",
      /--convex \.\.\/backend\/convex/,
    );
  });

  test("neither app nor pages", () =>
    refused(
      edited((folder) => rmSync(join(folder, "app"), { recursive: true })),
      [],
      "ERR_NO_ROUTER",
      /app or pages/,
    ));

  test("a .env.local that git has already", () =>
    refused(
      edited((folder) => git(folder, "add", "--force", ".env.local")),
      ["--yes"],
      "ERR_KEY_COMMITTABLE",
      /git rm --cached \.env\.local/,
    ));

  test("a folder that cannot be written leaves every file as it was", async () => {
    const folder = copyOf(shape);
    // A folder in the way of the last file that is written.
    mkdirSync(join(folder, "convex/http.ts"));
    const before = filesOf(folder);
    const { status } = await run(folder, ["init", "--yes"]);
    assert.equal(status, 1);
    assert.deepEqual(filesOf(folder), before);
    assert.ok(!existsSync(join(folder, "app/api/session")));
  });
});

describe("what cannot be edited safely is printed with the code to paste", () => {
  const instructed = async (edit, path, code) => {
    const folder = copyWithKey();
    edit(folder);
    const before = filesOf(folder);
    const { status, stdout, stderr } = await run(folder, ["init", "--yes"]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`^By hand, in ${path}: `, "m"));
    assert.match(stdout, code);
    assert.equal(filesOf(folder)[path], before[path]);
    return folder;
  };
  const writing = (path, text) => (folder) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  test("a router that is made elsewhere", () =>
    instructed(
      writing("convex/http.ts", `import { http } from "./router";\n\nexport default http;\n`),
      "convex/http.ts",
      / {4}addAuthRoutes\(http\);/,
    ));

  test("providers that are computed", () =>
    instructed(
      writing("convex/auth.config.ts", "export default { providers: makeProviders() };\n"),
      "convex/auth.config.ts",
      / {4}\.\.\.convexAuthConfig\(\)\.providers,/,
    ));

  test("a file that does not parse", () =>
    instructed(
      writing("convex/auth.config.ts", "export default {{\n"),
      "convex/auth.config.ts",
      /convexAuthConfig/,
    ));

  test("options that take in others", () =>
    instructed(
      writing(
        "auth.ts",
        `import NextAuth from "next-auth";
import config from "some-config";

export const { handlers, auth } = NextAuth({ ...config });
`,
      ),
      "auth.ts",
      / {6}session: convexSession\(\),/,
    ));

  test("a session callback that makes its own token and does more", () =>
    instructed(
      writing(
        "auth.ts",
        `import NextAuth from "next-auth";

export const { handlers, auth } = NextAuth({
  providers: [],
  callbacks: {
    async session({ session }) {
      await log(session);
      session.convexToken = await ownToken(session);
      return session;
    },
  },
});
`,
      ),
      "auth.ts",
      /convexSession/,
    ));

  test("another route at the place of the token route", () =>
    instructed(
      writing("app/api/session/token/route.ts", "export const GET = () => new Response();\n"),
      "app/api/session/token/route.ts",
      /tokenRoute\(\{ session: auth \}\)/,
    ));
});

describe("details", () => {
  test("a file of a key that others can read is closed", async () => {
    const folder = copyWithKey();
    await run(folder, ["init", "--yes"]);
    chmodSync(join(folder, ".env.local"), 0o644);
    const { stdout } = await run(folder, ["init", "--yes"]);
    assert.match(stdout, /mode 600/);
    assert.equal(statSync(join(folder, ".env.local")).mode & 0o777, 0o600);
  });

  test("git is told to ignore what a killed run leaves beside the key, where it ignores the file alone", async () => {
    const folder = copyOf(shape);
    writeFileSync(join(folder, ".gitignore"), "node_modules\n.env.local");
    await run(folder, ["init", "--yes"]);
    assert.equal(
      readFileSync(join(folder, ".gitignore"), "utf8"),
      "node_modules\n.env.local\n.env*.local\n",
    );
  });

  test("the mode of a source file stays as it is", async () => {
    const folder = copyWithKey();
    chmodSync(join(folder, "auth.ts"), 0o640);
    await run(folder, ["init", "--yes"]);
    assert.equal(statSync(join(folder, "auth.ts")).mode & 0o777, 0o640);
  });

  test("CRLF stays CRLF", async () => {
    const folder = copyWithKey();
    const path = join(folder, "auth.ts");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
    await run(folder, ["init", "--yes"]);
    const text = readFileSync(path, "utf8");
    assert.match(text, /convexSession/);
    assert.doesNotMatch(text, /[^\r]\n/);
  });

  test("a local or self-hosted deployment has its issuer's address written out", async () => {
    const folder = copyOf(shape);
    writeFileSync(
      join(folder, ".env.local"),
      "NEXT_PUBLIC_CONVEX_URL=http://127.0.0.1:3210\nNEXT_PUBLIC_CONVEX_SITE_URL=http://127.0.0.1:3211\n",
    );
    const { stdout } = await run(folder, ["init", "--yes"]);
    assert.match(stdout, /^\+CONVEX_SITE_URL="http:\/\/127\.0\.0\.1:3211"$/m);
    const { CONVEX_SITE_URL } = parseEnv(readFileSync(join(folder, ".env.local"), "utf8"));
    assert.equal(CONVEX_SITE_URL, "http://127.0.0.1:3211");
  });

  test("Convex functions of another package of a monorepo", async () => {
    const monorepo = makeFolder();
    renameSync(copyWithKey(), join(monorepo, "web"));
    mkdirSync(join(monorepo, "backend"));
    renameSync(join(monorepo, "web/convex"), join(monorepo, "backend/convex"));
    const web = join(monorepo, "web");
    const args = ["init", "--yes", "--convex", "../backend/convex"];
    const { status, stderr } = await run(web, args);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(join(monorepo, "backend/convex/http.ts")));
    assert.ok(!existsSync(join(web, "convex")));
    assert.match((await run(web, args)).stdout, /^Nothing to do/m);
  });

  test("Convex functions in another folder, as convex.json says", async () => {
    const folder = copyWithKey();
    renameSync(join(folder, "convex"), join(folder, "backend"));
    writeFileSync(join(folder, "convex.json"), '{ "functions": "backend/" }');
    const { status, stderr } = await run(folder, ["init", "--yes"]);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(join(folder, "backend/http.ts")));
  });

  test("an older convex command line gets its variable as a word: the set is public", async () => {
    const folder = copyWithKey();
    writeVersion(folder, "1.30.0");
    const { stdout } = await run(folder, ["init", "--yes"]);
    assert.match(stdout, /npx convex env set JWKS '\{"keys":/);
  });

  test("a version of next-auth that code does not show is the installed one", async () => {
    const folder = copyWithKey();
    writeFileSync(join(folder, "auth.ts"), "export {};\n");
    const { stdout } = await run(folder, ["init", "--dry-run", "--json"]);
    const { project, instructions } = JSON.parse(stdout);
    assert.equal(project.authVersion, 5);
    assert.ok(instructions.some(({ code }) => code.includes("convexSession()")));
  });
});

function writeVersion(folder, version) {
  const path = join(folder, "node_modules/convex");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "convex", version }));
}
