// scripts/release in a small tree of its own: its scripts are those of this tree, but for tests and
// build, which say what they are told to.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folders = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What a released tree says where this one may say "not released yet". */
const changelog = "# Changelog\n\n## 1.2.3, 2026-01-31\n\n- Something.\n";
const version = '[package]\nname = "convex-token"\nversion = "1.2.3"\n';

/** A committed tree of version 1.2.3, tagged v1.2.3, with some of its files replaced. */
function tree(files = {}, { tag = "v1.2.3" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "convex-token-release-"));
  folders.push(folder);
  const write = (path, text) => writeFileSync(join(folder, path), text);
  for (const name of ["scripts", "pkg-template", "bin"]) mkdirSync(join(folder, name));
  for (const name of ["release", "common.sh"]) {
    cpSync(join(root, "scripts", name), join(folder, "scripts", name));
  }
  const all = {
    ".gitignore": "/pkg/\n/bin/\n/npm.log\n",
    "Cargo.toml": version,
    "Cargo.lock": `[[package]]\n${version.split("\n").slice(1).join("\n")}`,
    "CHANGELOG.md": changelog,
    "pkg-template/package.json":
      '{\n  "name": "convex-token",\n  "version": "1.2.3",\n  "x": 1\n}\n',
    "scripts/test":
      '#!/bin/sh\n[ "$1" = --list ] && { echo core; echo reproducible; exit; }\n' +
      'mkdir -p pkg && echo packed >pkg/convex-token-1.2.3.tgz\necho "ran $*"\n',
    "scripts/sbom.mjs": 'console.log(`{"of":"${process.argv[2].split("/").pop()}"}`);\n',
    "bin/npm": '#!/bin/sh\necho "$@" >"$(dirname "$0")/../npm.log"\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) write(path, text);
  for (const path of ["scripts/test", "bin/npm"]) chmodSync(join(folder, path), 0o755);
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "A release");
  if (tag !== null) git(folder, "tag", tag);
  return folder;
}

function git(folder, ...arguments_) {
  const who = [
    "user.name=A",
    "user.email=a@example.com",
    "commit.gpgsign=false",
    "tag.gpgsign=false",
  ];
  execFileSync("git", [...who.flatMap((each) => ["-c", each]), ...arguments_], { cwd: folder });
}

function release(folder, arguments_ = [], environment = {}) {
  const { GITHUB_ACTIONS, ACTIONS_ID_TOKEN_REQUEST_URL, ...rest } = process.env;
  const PATH = `${join(folder, "bin")}:${rest.PATH}`;
  const { status, stdout, stderr } = spawnSync(join(folder, "scripts/release"), arguments_, {
    env: { ...rest, PATH, ...environment },
    encoding: "utf8",
  });
  const log = join(folder, "npm.log");
  const npm = existsSync(log) ? readFileSync(log, "utf8").trim() : undefined;
  return { status, stdout, stderr, npm };
}

/** Asserts that nothing is built for publishing, nor npm called, and why. */
function assertRefused(folder, why, ...more) {
  const { status, stderr, npm } = release(folder, ...more);
  assert.match(stderr, why);
  assert.equal(status, 1);
  assert.equal(npm, undefined);
  assert.ok(!existsSync(join(folder, "pkg/SHA256SUMS")));
}

test("a release is a tarball, its bill of materials and their sums, and is not published by default", () => {
  const folder = tree();
  const { status, stdout, stderr, npm } = release(folder);
  assert.equal(status, 0, stderr);
  assert.match(npm, /^publish \S+\/pkg\/convex-token-1\.2\.3\.tgz --dry-run /);
  assert.match(stdout, /^ran core$[^]*^ran reproducible$/m);
  const sums = execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: join(folder, "pkg") });
  assert.equal(String(sums), "convex-token-1.2.3.tgz: OK\nconvex-token-1.2.3.cdx.json: OK\n");
});

test("a change or a file that is not committed is refused", () => {
  const changed = tree();
  writeFileSync(join(changed, "CHANGELOG.md"), `${changelog}\n`);
  assertRefused(changed, /not committed/);
  const added = tree();
  writeFileSync(join(added, "note.txt"), "");
  assertRefused(added, /not committed/);
});

test("a commit without its version's tag is refused", () => {
  assertRefused(tree({}, { tag: null }), /not tagged v1\.2\.3/);
  assertRefused(tree({}, { tag: "v1.2.2" }), /not tagged v1\.2\.3/);
  const behind = tree();
  git(behind, "commit", "--quiet", "--allow-empty", "--message", "After it");
  assertRefused(behind, /not tagged v1\.2\.3/);
});

test("files that disagree on the version are refused", () => {
  const files = {
    "Cargo.lock": '[[package]]\nname = "convex-token"\nversion = "1.2.2"\n',
    "CHANGELOG.md": changelog.replace("1.2.3", "1.2.2"),
    "pkg-template/package.json": '{\n  "version": "1.2.4",\n  "x": 1\n}\n',
  };
  for (const [path, text] of Object.entries(files)) {
    assertRefused(tree({ [path]: text }), new RegExp(`^${path} has version 1\\.2\\.[24]`, "m"));
  }
});

test("a version that is not released yet by its changelog is refused", () => {
  const text = changelog.replace("2026-01-31", "not released yet");
  assertRefused(tree({ "CHANGELOG.md": text }), /CHANGELOG\.md says '1\.2\.3, not released yet'/);
});

test("a failing test is refused, and so is a tarball that cannot be built again", () => {
  const failing = (suite) =>
    `#!/bin/sh\n[ "$1" = --list ] && { echo core; echo reproducible; exit; }\n[ "$1" != ${suite} ]\n`;
  assertRefused(tree({ "scripts/test": failing("core") }), /A test fails/);
  assertRefused(
    tree({ "scripts/test": failing("reproducible") }),
    /Two builds of this tree differ/,
  );
});

test("tests that change the tree are refused", () => {
  const script = '#!/bin/sh\n[ "$1" = --list ] && { echo core; exit; }\necho >left-behind\n';
  assertRefused(tree({ "scripts/test": script }), /have changed files/);
});

test("nobody publishes but the workflow, and not without a repository for the provenance", () => {
  const workflow = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com" };
  assertRefused(tree(), /Only the release workflow publishes/, ["--publish"]);
  assertRefused(tree(), /names no repository/, ["--publish"], workflow);
  const manifest = '{\n  "version": "1.2.3",\n  "repository": "github:someone/convex-token"\n}\n';
  const folder = tree({ "pkg-template/package.json": manifest });
  const { status, stderr, npm } = release(folder, ["--publish"], workflow);
  assert.equal(status, 0, stderr);
  assert.match(npm, /^publish \S+\.tgz --provenance --access public$/);
});

test("--help says what it refuses, and anything else is unknown", () => {
  const folder = tree();
  assert.match(release(folder, ["--help"]).stdout, /Refuses a tree with changes/);
  assertRefused(folder, /does not know '--force'/, ["--force"]);
});

test("the workflow's actions are pinned, and only publishing may sign", () => {
  const text = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
  assert.ok(uses.length > 0);
  for (const action of uses) assert.match(action, /@[0-9a-f]{40}$/);
  assert.match(text, /^permissions: \{\}$/m);
  assert.equal(text.match(/id-token: write/g).length, 1);
});
