// Checks what the package is made of and with.
//
//   node scripts/dependencies.mjs
//
// Fails when docs/dependencies.md differs from Cargo.lock, when a package.json has a version that is
// not exact or a lock file a package without a hash, when a Cargo.lock is not its Cargo.toml's or names
// a crate that cargo-deny refuses (deny.toml), and when a crate or an npm package has a known advisory
// for which SECURITY.md has no reason. Advisories are asked for on the network: where nobody answers, it
// says that they were not checked, and fails for it only with REQUIRE_ADVISORIES=yes.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { moduleCrates } from "./crates.mjs";

const root = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const tracked = (pattern) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", pattern], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)));

let failed = 0;
let passed = 0;
const unchecked = [];
function report(name, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(problems.length === 0 ? `✓ ${name}` : `✗ ${name}`);
  for (const problem of problems) console.log(`  ${problem}`);
}
function notChecked(name, why) {
  unchecked.push(name);
  console.log(`– NOT CHECKED: ${name}: ${why}`);
}

/** What differs between the tables of the audit and the crates that the module is made of and with. */
function auditProblems() {
  const page = "docs/dependencies.md";
  const tables = { module: "## In the module", build: "## While it is compiled" };
  const written = new Map();
  for (const [use, heading] of Object.entries(tables)) {
    const [section] = (read(page).split(`${heading}\n`)[1] ?? "").split("\n## ");
    for (const [, name, version, licence] of section.matchAll(
      /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm,
    )) {
      written.set(name, { use, version, licence });
    }
  }
  const problems = [];
  for (const { name, version, license, use } of moduleCrates().slice(1)) {
    const row = written.get(name);
    written.delete(name);
    if (row === undefined) problems.push(`${name} ${version} has no row under "${tables[use]}"`);
    else if (row.use !== use) problems.push(`${name} belongs under "${tables[use]}"`);
    else if (row.version !== version)
      problems.push(`${name} is ${version} now; ${row.version} was read`);
    else if (row.licence !== license) problems.push(`${name} has the licence ${license} now`);
  }
  for (const name of written.keys()) problems.push(`${name} is no longer used: take its row away`);
  return problems.map((problem) => `${page}: ${problem}`);
}

/** Versions that npm could choose between, in projects that are installed from a lock file. */
function inexactVersions(locks) {
  const exact = /^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$|^file:/;
  return locks.flatMap((lock) => {
    const path = join(lock, "../package.json");
    const manifest = JSON.parse(read(path));
    return ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {})
        .filter(([, version]) => !exact.test(version))
        .map(([name, version]) => `${path}: ${name} is "${version}", which is no exact version`),
    );
  });
}

/** Packages that npm would install from a registry without comparing their bytes. */
function withoutHash(locks) {
  return locks.flatMap((lock) =>
    Object.entries(JSON.parse(read(lock)).packages)
      .filter(([path, { integrity, link, inBundle, resolved }]) => {
        const own = !path.includes("node_modules/") || link || resolved?.startsWith("file:");
        return !own && !inBundle && !integrity?.startsWith("sha512-");
      })
      .map(([path]) => `${lock}: ${path} has no SHA-512`),
  );
}

/** cargo-deny on what a Cargo.toml needs, by the one deny.toml. */
function deny(manifest, ...arguments_) {
  const options = ["--locked", "--config", "deny.toml", "--manifest-path", manifest];
  return spawnSync("cargo-deny", [...options, ...arguments_], { cwd: root, encoding: "utf8" });
}

/** The errors in cargo-deny's output. */
function denied(result) {
  if (result.error) return [String(result.error)];
  return result.status === 0 ? [] : result.stderr.trim().split("\n");
}

/** The advisories of a kind that SECURITY.md has a reason for. */
function reasons(kind) {
  const [, section = ""] = read("SECURITY.md").split("\n## Advisories\n");
  return new Set(section.split("\n## ")[0].match(new RegExp(`${kind}-[\\w-]+\\w`, "g")));
}

/** What npm audit found, but for what SECURITY.md has a reason for; each once, however many depend on it. */
function found(vulnerabilities) {
  const known = reasons("GHSA");
  const advisories = Object.values(vulnerabilities)
    .flatMap(({ via }) => via)
    .filter(({ url }) => url !== undefined && !known.has(url.split("/").pop()));
  return [
    ...new Set(
      advisories.map(({ name, range, severity, url }) => `${name} ${range} (${severity}): ${url}`),
    ),
  ];
}

const locks = tracked("*package-lock.json");
const manifests = tracked("*Cargo.lock").map((lock) => join(lock, "../Cargo.toml"));
report("the audit names the crates of Cargo.lock", auditProblems());
report("npm versions are exact", inexactVersions(locks));
report("npm packages have hashes", withoutHash(locks));
report(
  "the package depends on nothing",
  ["dependencies", "optionalDependencies", "bundleDependencies", "scripts"].filter(
    (kind) => JSON.parse(read("pkg-template/package.json"))[kind] !== undefined,
  ),
);
for (const manifest of manifests) {
  report(
    `crates of ${manifest}: bans, licences, sources`,
    denied(deny(manifest, "check", "bans", "licenses", "sources")),
  );
}
report(
  "SECURITY.md has a reason for each advisory that deny.toml leaves out",
  [...read("deny.toml").matchAll(/id = "([^"]+)"/g)]
    .map(([, id]) => id)
    .filter((id) => !reasons("RUSTSEC").has(id)),
);

if (deny("Cargo.toml", "fetch", "db").status === 0) {
  for (const manifest of manifests) {
    report(
      `crates of ${manifest}: advisories`,
      denied(deny(manifest, "--offline", "check", "advisories")),
    );
  }
} else {
  notChecked("crates: advisories", "the database of RustSec could not be fetched");
}

for (const lock of locks) {
  const folder = join(lock, "..");
  const { stdout } = spawnSync("npm", ["audit", "--audit=true", "--package-lock-only", "--json"], {
    cwd: join(root, folder),
    encoding: "utf8",
  });
  const { vulnerabilities, message } = JSON.parse(stdout || "{}");
  if (vulnerabilities === undefined) {
    // The registry does not answer for one folder and not for the next.
    notChecked("npm audit", message ?? "the registry has no answer");
    break;
  }
  report(`npm audit: ${folder}`, found(vulnerabilities));
}

const rest = unchecked.length === 0 ? "" : `; NOT CHECKED: ${unchecked.join(", ")}`;
console.log(`Summary ${passed} passed, ${failed} failed${rest}`);
const mustAsk = process.env.REQUIRE_ADVISORIES === "yes";
process.exitCode = failed > 0 || (mustAsk && unchecked.length > 0) ? 1 : 0;
