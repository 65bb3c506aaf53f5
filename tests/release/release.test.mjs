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

/** An npm that answers a question in one way, and writes down whatever else it is called with. */
const npm = (answer) =>
  `#!/bin/sh\n[ "$1" = view ] && { ${answer}; }\necho "$@" >"$(dirname "$0")/../npm.log"\n`;
const unknown = "echo npm error code E404 >&2; exit 1";

const repository = { type: "git", url: "git+https://github.com/someone/convex-token.git" };
const manifest = (more = {}) =>
  `${JSON.stringify({ name: "convex-token", version: "1.2.3", ...more, x: 1 }, null, 2)}\n`;

/** What the release workflow's jobs have in their environment; only the one that publishes may sign. */
const workflow = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "someone/convex-token",
};
const publishing = { ...workflow, ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com" };

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
    "pkg-template/package.json": manifest({ repository }),
    "scripts/test":
      '#!/bin/sh\n[ "$1" = --list ] && { echo core; echo reproducible; exit; }\n' +
      'mkdir -p pkg && echo packed >pkg/convex-token-1.2.3.tgz\necho "ran $*"\n',
    "scripts/sbom.mjs": 'console.log(`{"of":"${process.argv[2].split("/").pop()}"}`);\n',
    "bin/npm": npm(unknown),
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
  const rest = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GITHUB|ACTIONS)_/.test(name)),
  );
  const PATH = `${join(folder, "bin")}:${rest.PATH}`;
  const { status, stdout, stderr } = spawnSync(join(folder, "scripts/release"), arguments_, {
    env: { ...rest, PATH, ...environment },
    encoding: "utf8",
  });
  const log = join(folder, "npm.log");
  const called = existsSync(log) ? readFileSync(log, "utf8").trim() : undefined;
  return { status, stdout, stderr, called };
}

/** Asserts that nothing is built for publishing, nor npm called, and why. */
function assertRefused(folder, why, ...more) {
  const { status, stderr, called } = release(folder, ...more);
  assert.match(stderr, why);
  assert.equal(status, 1);
  assert.equal(called, undefined);
}

/** The same, of what makes a release: nothing is left that could be taken for one. */
function assertNotMade(folder, why, ...more) {
  assertRefused(folder, why, ...more);
  assert.ok(!existsSync(join(folder, "pkg/SHA256SUMS")));
}

test("a release is a tarball, its bill of materials and their sums, and is not published by default", () => {
  const folder = tree();
  const { status, stdout, stderr, called } = release(folder);
  assert.equal(status, 0, stderr);
  assert.match(called, /^publish \S+\/pkg\/convex-token-1\.2\.3\.tgz --dry-run /);
  assert.match(stdout, /^ran core$[^]*^ran reproducible$/m);
  const sums = execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: join(folder, "pkg") });
  assert.equal(String(sums), "convex-token-1.2.3.tgz: OK\nconvex-token-1.2.3.cdx.json: OK\n");
});

test("a change or a file that is not committed is refused", () => {
  const changed = tree();
  writeFileSync(join(changed, "CHANGELOG.md"), `${changelog}\n`);
  assertNotMade(changed, /not committed/);
  const added = tree();
  writeFileSync(join(added, "note.txt"), "");
  assertNotMade(added, /not committed/);
});

test("a commit without its version's tag is refused", () => {
  assertNotMade(tree({}, { tag: null }), /not tagged v1\.2\.3/);
  assertNotMade(tree({}, { tag: "v1.2.2" }), /not tagged v1\.2\.3/);
  const behind = tree();
  git(behind, "commit", "--quiet", "--allow-empty", "--message", "After it");
  assertNotMade(behind, /not tagged v1\.2\.3/);
});

test("files that disagree on the version are refused", () => {
  const files = {
    "Cargo.lock": '[[package]]\nname = "convex-token"\nversion = "1.2.2"\n',
    "CHANGELOG.md": changelog.replace("1.2.3", "1.2.2"),
    "pkg-template/package.json": manifest({ version: "1.2.4", repository }),
  };
  for (const [path, text] of Object.entries(files)) {
    assertNotMade(tree({ [path]: text }), new RegExp(`^${path} has version 1\\.2\\.[24]`, "m"));
  }
});

test("a version that is not released yet by its changelog is refused", () => {
  const text = changelog.replace("2026-01-31", "not released yet");
  assertNotMade(tree({ "CHANGELOG.md": text }), /CHANGELOG\.md says '1\.2\.3, not released yet'/);
});

test("a failing test is refused, and so is a tarball that cannot be built again", () => {
  const failing = (suite) =>
    `#!/bin/sh\n[ "$1" = --list ] && { echo core; echo reproducible; exit; }\n[ "$1" != ${suite} ]\n`;
  assertNotMade(tree({ "scripts/test": failing("core") }), /A test fails/);
  assertNotMade(
    tree({ "scripts/test": failing("reproducible") }),
    /Two builds of this tree differ/,
  );
});

test("in the workflow advisories that could not be asked for are refused", () => {
  const suites =
    '#!/bin/sh\n[ "$1" = --list ] && { echo dependencies; echo reproducible; exit; }\n' +
    'mkdir -p pkg && echo packed >pkg/convex-token-1.2.3.tgz\n[ "$REQUIRE_ADVISORIES" != yes ]\n';
  const unasked = tree({ "scripts/test": suites });
  assertNotMade(unasked, /A test fails/, [], workflow);
  assert.equal(release(unasked).status, 0);
});

test("tests that change the tree are refused", () => {
  const script = '#!/bin/sh\n[ "$1" = --list ] && { echo core; exit; }\necho >left-behind\n';
  assertNotMade(tree({ "scripts/test": script }), /have changed files/);
});

test("a version that npm has already is refused, and the workflow must be able to ask", () => {
  assertNotMade(
    tree({ "bin/npm": npm("echo 1.2.3; exit 0") }),
    /npm has convex-token 1\.2\.3 already/,
  );
  const offline = { "bin/npm": npm("echo npm error code ENOTFOUND >&2; exit 1") };
  assertNotMade(tree(offline), /could not be asked .* ENOTFOUND/, [], workflow);
  const { status, stderr } = release(tree(offline));
  assert.equal(status, 0, stderr);
  assert.match(stderr, /could not be asked/);
});

test("the workflow refuses a repository other than its own, as npm would do in the end", () => {
  const wanted =
    /: write "repository": \{ "type": "git", "url": "git\+https:\/\/github\.com\/someone\//;
  const none = { "pkg-template/package.json": manifest() };
  const url = repository.url.replace("someone", "Someone");
  const other = { "pkg-template/package.json": manifest({ repository: { type: "git", url } }) };
  for (const files of [none, other]) {
    assertNotMade(tree(files), wanted, [], workflow);
    assertNotMade(tree(files), wanted, ["--publish"], publishing);
  }
  const { status, stderr } = release(tree(none));
  assert.equal(status, 0, stderr);
  assert.match(stderr, /names no repository/);
});

test("nobody publishes but the workflow's job that may sign", () => {
  const folder = tree();
  assertRefused(folder, /Only the release workflow publishes/, ["--publish"]);
  assertRefused(folder, /Only the release workflow publishes/, ["--publish"], workflow);
});

test("what is published has been made, and is still what was made; nothing is made for it", () => {
  const folder = tree();
  assertRefused(folder, /There is no \S+\.tgz/, ["--publish"], publishing);
  assert.equal(release(folder, [], workflow).status, 0);
  rmSync(join(folder, "npm.log"));
  for (const name of ["convex-token-1.2.3.tgz", "convex-token-1.2.3.cdx.json"]) {
    const path = join(folder, "pkg", name);
    const bytes = readFileSync(path);
    writeFileSync(path, "other");
    assertRefused(folder, /not what scripts\/release made/, ["--publish"], publishing);
    writeFileSync(path, bytes);
  }
  const { status, stdout, stderr, called } = release(folder, ["--publish"], publishing);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /^ran/m);
  assert.match(called, /^publish \S+\.tgz --provenance --access public$/);
});

test("--help says what it refuses, and anything else is unknown", () => {
  const folder = tree();
  assert.match(release(folder, ["--help"]).stdout, /Refuses a tree with changes/);
  assertNotMade(folder, /does not know '--force'/, ["--force"]);
});

test("the workflow's actions are pinned; what builds cannot sign or write, and what can builds nothing", () => {
  const text = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
  assert.ok(uses.length > 0);
  for (const action of uses) assert.match(action, /@[0-9a-f]{40}$/);
  assert.match(text, /^permissions: \{\}$/m);
  const [, ...jobs] = text.split(/^  (?=\w+:\n    name: )/m);
  const does = Object.fromEntries(
    jobs.map((job) => [
      /^\w+/.exec(job)[0],
      {
        may: [...job.matchAll(/^      ([\w-]+: (?:read|write))/gm)].map(([, right]) => right),
        runs: [...job.matchAll(/^      - run: (.*)$/gm)].map(
          ([, command]) => command.split(" -")[0],
        ),
      },
    ]),
  );
  const [toolchain, ...builds] = does.build.runs;
  assert.match(toolchain, /^rustup toolchain install/);
  assert.deepEqual(
    { ...does, build: { ...does.build, runs: builds } },
    {
      build: { may: ["contents: read"], runs: ["scripts/release"] },
      publish: { may: ["contents: read", "id-token: write"], runs: ["scripts/release"] },
      attach: {
        may: ["contents: write"],
        runs: ["sha256sum", 'gh release create "$GITHUB_REF_NAME"'],
      },
    },
  );
});
