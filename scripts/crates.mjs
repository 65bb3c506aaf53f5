// The crates that the module is made of and with, as Cargo.lock and the standard library's have them: for
// the audit's check, the bill of materials and the licences.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const target = "wasm32-unknown-unknown";

function cargo(...arguments_) {
  return execFileSync("cargo", [...arguments_, "--locked"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 27,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/**
 * What `cargo tree` reaches from the crate by edges of some kinds: names and versions, each with those
 * that it depends on.
 */
function reached(edges) {
  const text = cargo(
    ...["tree", "--package", "convex-token", "--target", target, "--edges", edges],
    ...["--prefix", "depth", "--format", "|{p}"],
  );
  const found = new Map();
  const path = [];
  for (const line of text.trim().split("\n")) {
    const [, depth, name, version] = /^(\d+)\|(\S+) v(\S+)/.exec(line);
    const id = `${name}@${version}`;
    path.length = Number(depth);
    if (!found.has(id)) found.set(id, { name, version, dependencies: new Set() });
    if (path.length > 0) found.get(path.at(-1)).dependencies.add(id);
    path.push(id);
  }
  return found;
}

/**
 * The module's crates, sorted: `use` is "module" for what is linked into it, and "build" for what only
 * runs while it is compiled (macros and build scripts). `checksum` is the SHA-256 of the registry's
 * archive, `folder` where its sources are. The crate itself comes first.
 */
export function moduleCrates() {
  const linked = reached("normal,no-proc-macro");
  const all = reached("normal,build");
  const { packages } = JSON.parse(cargo("metadata", "--format-version", "1"));
  const checksums = new Map(
    locked(join(root, "Cargo.lock")).map(({ name, version, checksum }) => [
      `${name}@${version}`,
      checksum,
    ]),
  );
  return [...all.values()]
    .map(({ name, version, dependencies }) => {
      const id = `${name}@${version}`;
      const { license, manifest_path, targets } = packages.find(
        (each) => each.name === name && each.version === version,
      );
      return {
        id,
        name,
        version,
        use: linked.has(id) ? "module" : "build",
        license,
        checksum: checksums.get(id),
        folder: join(manifest_path, ".."),
        runsAtBuild: targets.some(({ kind }) =>
          kind.some((each) => each === "custom-build" || each === "proc-macro"),
        ),
        dependencies: [...dependencies].sort(),
      };
    })
    .sort((a, b) => own(b) - own(a) || (a.id < b.id ? -1 : 1));
}

/** The packages of a Cargo.lock. */
function locked(path) {
  return readFileSync(path, "utf8")
    .split("[[package]]")
    .slice(1)
    .map((entry) =>
      Object.fromEntries(
        ["name", "version", "checksum"].map((key) => [
          key,
          new RegExp(`^${key} = "(.*)"$`, "m").exec(entry)?.[1],
        ]),
      ),
    );
}

/**
 * The crates that the standard library brings into the module, as moduleCrates has its own: the allocator.
 * None where the library comes compiled, without its source and its Cargo.lock.
 */
export function standardCrates() {
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  const lock = join(sysroot, "lib/rustlib/src/rust/library/Cargo.lock");
  if (!existsSync(lock)) return [];
  const { name, version, checksum } = locked(lock).find(({ name }) => name === "dlmalloc");
  const id = `${name}@${version}`;
  const archives = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const folder = readdirSync(archives)
    .map((registry) => join(archives, registry, `${name}-${version}`))
    .find((each) => existsSync(each));
  if (folder === undefined) throw new Error(`The sources of ${id} are not in ${archives}.`);
  const manifest = readFileSync(join(folder, "Cargo.toml"), "utf8");
  const [, license] = /^license = "(.*)"$/m.exec(manifest);
  return [{ id, name, version, license, checksum, folder, dependencies: [] }];
}

const own = ({ name }) => Number(name === "convex-token");

/** The text of a crate's licence: MIT's where it may be chosen, which asks for no more than that. */
export function licenceText({ id, folder }) {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying)/i.test(name));
  const file = files.find((name) => /mit/i.test(name)) ?? files.sort()[0];
  if (file === undefined) throw new Error(`${id} comes without the text of its licence.`);
  return readFileSync(join(folder, file), "utf8").trim();
}
