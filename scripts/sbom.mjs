// Writes the bill of materials of the packed tarball (CycloneDX 1.6, JSON): the package, the module in
// it, the crates and the standard library that the module is compiled from, and the npm packages that
// are bundled into the command line.
//
//   node scripts/sbom.mjs TARBALL > FILE
//
// The same tree, tarball and compiler give the same bytes: there is no time and no random number in it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { moduleCrates, standardCrates } from "./crates.mjs";

const root = join(import.meta.dirname, "..");
const [tarball] = process.argv.slice(2);
if (tarball === undefined || tarball.startsWith("-")) {
  console.error("Name the tarball: node scripts/sbom.mjs pkg/convex-token-VERSION.tgz");
  process.exit(1);
}

/** A file of the tarball. */
function packed(name) {
  return execFileSync("tar", ["-xzOf", tarball, `package/${name}`], { maxBuffer: 1 << 27 });
}

function hashOf(bytes, algorithm = "SHA-256") {
  const content = createHash(algorithm.replace("-", "").toLowerCase()).update(bytes).digest("hex");
  return { alg: algorithm, content };
}

/** A licence as CycloneDX has it: an id of SPDX, or an expression of several. */
function licences(expression) {
  const spdx = expression.replaceAll("/", " OR ");
  return / (OR|AND|WITH) /.test(spdx) ? [{ expression: spdx }] : [{ license: { id: spdx } }];
}

const npm = ({ name, version }) => `pkg:npm/${name.replace("@", "%40")}@${version}`;
const manifest = JSON.parse(packed("package.json"));
const bytes = readFileSync(tarball);

const crates = moduleCrates().filter(({ use }) => use === "module");
const linked = new Set(crates.map(({ id }) => id));
const crate = (id) => `pkg:cargo/${id}`;
const [own, ...others] = crates;
const standard = standardCrates();

const rustc = /^release: (.*)$/m.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
const std = `pkg:generic/rust-std@${rustc}`;
const module_ = `${npm(manifest)}#dist/core.wasm`;

// Each notice begins with the package's name, version and licence; see bundle-command.mjs.
const lock = JSON.parse(readFileSync(join(root, "pkg-template/package-lock.json"), "utf8"));
const bundled = [
  ...packed("dist/cli/THIRD-PARTY-LICENSES.txt")
    .toString()
    .matchAll(/(?:in it:|-{80})\n\n(\S+) (\d\S*) \((.+)\)$/gm),
].map(([, name, version, license]) => {
  const entry = lock.packages[`node_modules/${name}`];
  if (entry?.version !== version) throw new Error(`${name} ${version} is not in the lock file`);
  const [, digest] = entry.integrity.split("sha512-");
  const content = Buffer.from(digest, "base64").toString("hex");
  return { name, version, license, hashes: [{ alg: "SHA-512", content }] };
});

const bom = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      "bom-ref": npm(manifest),
      type: "library",
      name: manifest.name,
      version: manifest.version,
      description: manifest.description,
      hashes: [hashOf(bytes), hashOf(bytes, "SHA-512")],
      licenses: licences(manifest.license),
      purl: npm(manifest),
      properties: [{ name: "file", value: basename(tarball) }],
    },
  },
  components: [
    {
      "bom-ref": module_,
      type: "file",
      name: "dist/core.wasm",
      hashes: [hashOf(packed("dist/core.wasm"))],
      licenses: licences(manifest.license),
    },
    {
      "bom-ref": crate(own.id),
      type: "library",
      name: own.name,
      version: own.version,
      licenses: licences(own.license),
      purl: crate(own.id),
    },
    ...[...others, ...standard].map(({ id, name, version, license, checksum }) => ({
      "bom-ref": crate(id),
      type: "library",
      name,
      version,
      hashes: [{ alg: "SHA-256", content: checksum }],
      licenses: licences(license),
      purl: crate(id),
    })),
    {
      "bom-ref": std,
      type: "library",
      name: "rust-std",
      version: rustc,
      licenses: licences("MIT OR Apache-2.0"),
      purl: std,
    },
    ...bundled.map(({ name, version, license, hashes }) => ({
      "bom-ref": npm({ name, version }),
      type: "library",
      name,
      version,
      hashes,
      licenses: licences(license),
      purl: npm({ name, version }),
    })),
  ],
  dependencies: [
    { ref: npm(manifest), dependsOn: [module_, ...bundled.map(npm)] },
    { ref: module_, dependsOn: [crate(own.id), std] },
    { ref: std, dependsOn: standard.map(({ id }) => crate(id)) },
    ...crates.map(({ id, dependencies }) => ({
      ref: crate(id),
      dependsOn: dependencies.filter((each) => linked.has(each)).map(crate),
    })),
  ],
};
console.log(JSON.stringify(bom, null, 2));
