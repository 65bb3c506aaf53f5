// Puts the compiled parts together as pkg/ and packs them: the last step of scripts/build.
//
//   node scripts/assemble.mjs DIST TEMPLATE ROOT
//
// The tarball's bytes depend on its files alone: names sorted, one time, one owner, and gzip without
// a time stamp.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { licenceText, moduleCrates, standardCrates } from "./crates.mjs";

const [dist, template, root] = process.argv.slice(2);
const pkg = join(root, "pkg");

/** npm's own choice for files without a time: 1985-10-26T08:15:00Z. */
const MODIFIED = 499_162_500;

rmSync(pkg, { recursive: true, force: true });
mkdirSync(pkg, { recursive: true });
cpSync(dist, join(pkg, "dist"), { recursive: true });
for (const [from, to] of [
  [join(template, "src/core-module.d.ts"), "dist/core-module.d.ts"],
  [join(template, "README.md"), "README.md"],
  [join(root, "LICENSE"), "LICENSE"],
  [join(root, "CHANGELOG.md"), "CHANGELOG.md"],
]) {
  cpSync(from, join(pkg, to));
}

writeFileSync(join(pkg, "dist/THIRD-PARTY-LICENSES.txt"), licences());

const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
delete manifest.devDependencies;
writeFileSync(join(pkg, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

const files = readdirSync(pkg, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(pkg.length + 1))
  .sort();
const entries = files.flatMap((name) => {
  const content = readFileSync(join(pkg, name));
  const executable =
    manifest.bin !== undefined && Object.values(manifest.bin).includes(`./${name}`);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return [
    tarHeader(`package/${name}`, content.length, executable ? 0o755 : 0o644),
    content,
    padding,
  ];
});
const tar = Buffer.concat([...entries, Buffer.alloc(1024)]);
const gzip = gzipSync(tar, { level: 9 });
gzip[9] = 0xff; // The operating system is nobody's business.
writeFileSync(join(pkg, `${manifest.name}-${manifest.version}.tgz`), gzip);

/** The licence of each crate in the module. */
function licences() {
  const linked = moduleCrates().filter(({ use }) => use === "module");
  const notices = [...standardCrates(), ...linked.slice(1)].map((crate) => {
    const { name, version, license } = crate;
    return `${name} ${version} (${license})\n\n${licenceText(crate)}\n`;
  });
  const standardLibrary =
    "Rust's standard library (MIT OR Apache-2.0)\n\n" +
    "Copyright (c) The Rust Project Contributors, with the permission notice of cfg-if below.\n";
  return `dist/core.wasm has parts of these crates in it:\n\n${[standardLibrary, ...notices].join(
    `\n${"-".repeat(80)}\n\n`,
  )}`;
}

/** A ustar header (POSIX.1-1988). */
function tarHeader(name, size, mode) {
  const header = Buffer.alloc(512);
  if (Buffer.byteLength(name) > 100) throw new Error(`too long a name for the tarball: ${name}`);
  const octal = (value, width) => value.toString(8).padStart(width - 1, "0") + "\0";
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(MODIFIED, 12), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0" + "00", 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(checksum.toString(8).padStart(6, "0") + "\0 ", 148);
  return header;
}
