// The commands that write, killed or refused at each of their steps, and two of them at once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { generateKeys, jwksFromKey } from "convex-token";
import { makeFolder, run, standInForConvex } from "./command.mjs";
import { copyOf, filesOf } from "./project.mjs";

const faults = `--import=${new URL("faults.mjs", import.meta.url).href}`;
const withFault = (folder, args, FAULT) =>
  run(folder, args, { env: { NODE_OPTIONS: faults, FAULT } });

const env = (folder) => join(folder, ".env.local");
const text = (folder) => readFileSync(env(folder), "utf8");
const key = (folder) => parseEnv(text(folder)).CONVEX_AUTH_PRIVATE_KEY;
const kids = (folder) => jwksFromKey(key(folder)).keys.map(({ kid }) => kid);
const published = (folder) =>
  JSON.parse(readFileSync(join(folder, "deployment.json"), "utf8")).keys.map(({ kid }) => kid);

/** Connects a project with a deployment that does what is asked at once: here are hundreds of calls. */
function connect(folder) {
  standInForConvex(
    folder,
    `const fs = require("node:fs");
     const [, verb] = process.argv.slice(2);
     if (verb === "get") console.log(fs.readFileSync("deployment.json", "utf8"));
     else {
       fs.writeFileSync("deployment.tmp", fs.readFileSync(0));
       fs.renameSync("deployment.tmp", "deployment.json");
     }`,
  );
  appendFileSync(env(folder), "CONVEX_DEPLOYMENT=dev:happy-animal-123\n");
}

const sha256 = (content) => createHash("sha256").update(content).digest("hex");
const first = generateKeys({ algorithm: "EdDSA" });
const second = generateKeys({ algorithm: "EdDSA" });
const variable = (...keys) =>
  `CONVEX_AUTH_PRIVATE_KEY="${keys.map(({ privateKey }) => privateKey.trim()).join("\n")}"`;

/** A project in the middle of a rotation, after one of its steps. */
function rotating(last, ...keys) {
  return () => {
    const folder = makeFolder();
    const note =
      last && `# convex-token rotate: ${last} at 2024-01-01T00:00:00Z, ${keys[0].kid} signs\n`;
    writeFileSync(env(folder), `FIRST=1\n${note ?? ""}${variable(...keys)}\nLAST=2\n`, {
      mode: 0o600,
    });
    connect(folder);
    const set = { keys: keys.flatMap(({ jwks }) => jwks.keys) };
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(set));
    return folder;
  };
}

/** What is in every state of a rotation: all other lines, and no key that signs unpublished. */
function isSound(folder, before) {
  const { FIRST, LAST } = parseEnv(text(folder));
  assert.deepEqual([FIRST, LAST], ["1", "2"]);
  assert.equal(statSync(env(folder)).mode & 0o777, 0o600);
  if (text(folder) === before[".env.local"]) {
    assert.ok(published(folder).includes(kids(folder)[0]), "the key that signs is published");
    return "old";
  }
  for (const kid of kids(folder)) assert.ok(published(folder).includes(kid), `${kid} is published`);
  return "new";
}

const rotate = ["rotate", "--set-env", "--json"];
const commands = {
  "keys in a new file": {
    prepare: makeFolder,
    args: ["keys", "--algorithm", "EdDSA"],
    check: (folder) => (existsSync(env(folder)) ? (kids(folder), "new") : "old"),
    again: (state) => (state === "new" ? /ERR_KEY_EXISTS/ : undefined),
    done: (folder) => assert.equal(kids(folder).length, 1),
  },
  "keys in a file that is there, by a link": {
    prepare() {
      const folder = makeFolder();
      mkdirSync(join(folder, "shared"));
      writeFileSync(join(folder, "shared/env"), "FIRST=1\n", { mode: 0o600 });
      symlinkSync("shared/env", env(folder));
      return folder;
    },
    args: ["keys", "--algorithm", "EdDSA"],
    check(folder) {
      assert.equal(parseEnv(text(folder)).FIRST, "1");
      return key(folder) === undefined ? "old" : (kids(folder), "new");
    },
    again: (state) => (state === "new" ? /ERR_KEY_EXISTS/ : undefined),
    done: (folder) =>
      assert.equal(readFileSync(join(folder, "shared/env"), "utf8"), text(folder), "still a link"),
  },
  "rotate: publish": {
    prepare: rotating(undefined, first),
    args: rotate,
    check: isSound,
    again: (state) => (state === "new" ? /ERR_ROTATE_EARLY/ : undefined),
    done(folder) {
      assert.equal(kids(folder)[0], first.kid);
      assert.deepEqual(published(folder), kids(folder));
      assert.equal(kids(folder).length, 2);
    },
  },
  "rotate: sign": {
    prepare: rotating("publish", first, second),
    args: rotate,
    check: isSound,
    again: (state) => (state === "new" ? /ERR_ROTATE_EARLY/ : undefined),
    done: (folder) => assert.deepEqual(kids(folder), [second.kid, first.kid]),
  },
  "rotate: retire": {
    prepare: rotating("sign", second, first),
    // Without --step a file that is done already would begin the next rotation.
    args: [...rotate, "--step", "retire"],
    check: isSound,
    again: (state) => (state === "new" ? /ERR_ROTATE_ORDER/ : undefined),
    done(folder) {
      assert.deepEqual(kids(folder), [second.kid]);
      assert.deepEqual(published(folder), [second.kid], "nothing of the old key stays published");
    },
  },
  init: {
    prepare: () => copyOf("app-typescript-auth5"),
    args: ["init", "--yes", "--offline", "--json"],
    check: eachOldOrNew,
    done: allNew,
  },
  "doctor --fix": {
    prepare() {
      const folder = copyOf("app-typescript-auth5");
      appendFileSync(env(folder), `${first.privateKey.replace(/^/, "CONVEX_AUTH_PRIVATE_KEY=")}`);
      return folder;
    },
    args: ["doctor", "--offline", "--fix", "--yes"],
    fails: true,
    check: eachOldOrNew,
    done: allNew,
  },
};

/** All files, with a word in place of each key, so that two runs can be compared. */
const comparable = (folder) =>
  Object.fromEntries(
    Object.entries(filesOf(folder))
      .filter(([path]) => !/(tmp-\d+|\.lock|\.journal)(\.local)?$/.test(path))
      .map(([path, content]) => [path, withoutKeys(content)]),
  );
const withoutKeys = (content) =>
  content?.replaceAll(/-----BEGIN [^"]+-----END PRIVATE KEY-----(\\n|\n)?/g, (pem) => {
    jwksFromKey(pem); // It is a whole one.
    return "a key";
  });

function eachOldOrNew(folder, before, after) {
  const now = comparable(folder);
  for (const path of Object.keys(before)) assert.ok(path in now, `${path} is there`);
  return Object.entries(now)
    .map(([path, content]) => {
      const isNew = content === after[path];
      assert.ok(isNew || content === withoutKeys(before[path]), `${path} is half:\n${content}`);
      return `${path} is ${isNew ? "new" : "old"}`;
    })
    .join("\n");
}

function allNew(folder, after) {
  assert.deepEqual(comparable(folder), after);
}

/** Texts that were about to become files. */
const left = (folder) =>
  Object.keys(filesOf(folder)).filter((path) => /tmp-\d|\.journal$/.test(path));

for (const [name, { prepare, args, check, again, done, fails }] of Object.entries(commands)) {
  /** Copies of a project that is prepared once. */
  const projects = () => {
    const original = prepare();
    const copy = () => {
      const folder = makeFolder();
      cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
      return folder;
    };
    return { before: filesOf(original), copy };
  };
  const succeeds = ({ status, stdout, stderr }, where) =>
    assert.ok(status === 0 || (fails && status === 1), `${where}: ${stdout}${stderr}`);
  /** What an undisturbed run makes of it. */
  const undisturbed = async (folder) => {
    succeeds(await run(folder, args), "undisturbed");
    done(folder, comparable(folder));
    return comparable(folder);
  };

  test(`${name}: killed at any step it leaves the old or the new state, and completes when run again`, async (t) => {
    const { before, copy } = projects();
    const after = await undisturbed(copy());
    const states = new Set();
    let number = 1;
    for (; ; number += 1) {
      const folder = copy();
      const where = `killed at step ${number}`;
      const killed = await withFault(folder, args, `kill:${number}`);
      if (killed.status !== null) {
        succeeds(killed, "to its end");
        break;
      }
      assert.ok(number < 500, "a command has an end");
      const state = check(folder, before, after);
      // Going on from where another run was killed is no news.
      const beside = ["tmp-", ".journal", ".lock"].filter((each) =>
        Object.keys(filesOf(folder)).some((path) => path.includes(each)),
      );
      const known = [state, ...beside].join("\n");
      if (states.has(known)) continue;
      states.add(known);
      const next = await run(folder, args);
      const refused = again?.(state);
      if (refused) assert.match(next.stdout + next.stderr, refused, where);
      else succeeds(next, where);
      done(folder, after);
      assert.deepEqual(left(folder), [], `${where}: nothing is left behind`);
    }
    t.diagnostic(`${number - 1} steps, ${states.size} states gone on from`);
    assert.ok(number > 5, "it was killed at all");
  });

  test(`${name}: a full disk or a forbidden write at any step is told, and nothing is lost`, async (t) => {
    const { before, copy } = projects();
    let number = 1;
    // Of many files not each step of each one.
    for (; ; number += Object.keys(before).length > 5 ? 3 : 1) {
      const folder = copy();
      const fault = `${number % 2 === 0 ? "EACCES" : "ENOSPC"}:${number}`;
      const { status, stdout, stderr } = await withFault(folder, args, fault);
      if (!(stdout + stderr).includes("ERR_FILE_WRITE")) {
        succeeds({ status, stdout, stderr }, fault);
        done(folder, comparable(folder));
        break;
      }
      assert.ok(number < 500, "a command has an end");
      assert.equal(status, 1, fault);
      assert.match(stdout + stderr, /could not be written \((ENOSPC|EACCES)\)/);
      const { "deployment.json": _public, ...files } = filesOf(folder);
      const { "deployment.json": _before, ...old } = before;
      assert.deepEqual(files, old, fault);
    }
    t.diagnostic(`${number - 1} steps`);
    assert.ok(number > 3, "it was refused at all");
  });
}

test("a journal that came with a repository replaces nothing", async () => {
  const folder = makeFolder();
  const gone = 2_147_483_646;
  const files = {
    "package.json": "{}\n",
    "README.md": "as it is\n",
    ".README.md.tmp-2147483646": "as a stranger wants it\n",
    ".convex-token.journal": JSON.stringify({
      pid: gone,
      files: [{ target: join(folder, "README.md"), before: sha256("as it is\n") }],
    }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  const readme = () => readFileSync(join(folder, "README.md"), "utf8");

  execFileSync("git", ["add", "."], { cwd: folder });
  await run(folder, ["init", "--yes", "--offline"]);
  assert.equal(readme(), "as it is\n");

  // The same one, of a run on this machine.
  execFileSync("git", ["rm", "--quiet", "--cached", "-r", "."], { cwd: folder });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  await run(folder, ["init", "--yes", "--offline"]);
  assert.equal(readme(), "as a stranger wants it\n");
});

test("of two rotations at once one is done, and the key of its step is the one published", async () => {
  const prepare = rotating(undefined, first);
  for (let round = 0; round < 4; round += 1) {
    const folder = prepare();
    const runs = await Promise.all([1, 2, 3].map(() => run(folder, rotate)));
    const won = runs.filter(({ status }) => status === 0);
    assert.equal(won.length, 1, JSON.stringify(runs));
    for (const { status, stdout } of runs) {
      if (status !== 0) assert.match(stdout, /ERR_FILE_BUSY|ERR_ROTATE_EARLY/);
    }
    const { jwks } = JSON.parse(won[0].stdout);
    assert.deepEqual(
      kids(folder),
      jwks.keys.map(({ kid }) => kid),
    );
    assert.deepEqual(published(folder), kids(folder));
    assert.equal(kids(folder)[0], first.kid);
  }
});

test("of two new keys at once one is kept: the one that was told", async () => {
  for (let round = 0; round < 4; round += 1) {
    const folder = makeFolder();
    const args = ["keys", "--algorithm", "EdDSA", "--json"];
    const runs = await Promise.all([1, 2, 3].map(() => run(folder, args)));
    const won = runs.filter(({ status }) => status === 0);
    assert.equal(won.length, 1, JSON.stringify(runs.map(({ stdout }) => stdout)));
    assert.deepEqual(kids(folder), [JSON.parse(won[0].stdout).kid]);
  }
});

test("a lock is told with its file, and that of a process that is gone is none", async () => {
  const folder = rotating(undefined, first)();
  const before = text(folder);
  const file = join(folder, ".env.lock.local");
  writeFileSync(file, `${process.pid}\n`);
  const busy = await run(folder, ["rotate"]);
  assert.equal(busy.status, 1);
  assert.match(busy.stderr, /Another convex-token command is changing \.env\.local/);
  assert.ok(busy.stderr.includes(file), busy.stderr);
  assert.equal(text(folder), before);
  for (const gone of ["2147483646\n", `${process.pid}`, ""]) {
    writeFileSync(file, gone);
    assert.equal((await run(folder, ["rotate", "--status"])).status, 0, "reading asks for no lock");
    const { status, stderr } = await run(folder, ["rotate", "--force"]);
    assert.equal(status, 0, stderr);
    assert.ok(!existsSync(file));
  }
});
