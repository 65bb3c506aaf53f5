// Writes tests/vectors/nist from NIST's response files (CAVP, in the public domain), as the Python package
// cryptography-vectors has them, which is too large to download for a test:
//
//   pip download --no-deps cryptography-vectors==50.0.2
//   (its wheel's SHA-256: 51641f03a3eb4edbe9fb68e3a3574d25f86aa502d06391fffa886330d02778a0)
//   unzip cryptography_vectors-50.0.2-py3-none-any.whl -d FOLDER
//   node scripts/nist-vectors.mjs FOLDER
//
// Kept is what is of an algorithm that Convex takes: RSA from 2,048 bits and P-256, both with SHA-256, and
// SHA-256 itself (of the long messages every eighth).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const vectors = join(import.meta.dirname, "../tests/vectors/nist");
const folder = join(process.argv[2] ?? ".", "cryptography_vectors");

/** A response file as blocks of `name = value`, each with the values of the sections before it. */
function blocks(path) {
  const found = [];
  let section = [];
  for (const block of readFileSync(join(folder, path), "utf8").split(/\r?\n\s*\r?\n/)) {
    const lines = block.split(/\r?\n/).filter((line) => !line.startsWith("#"));
    const values = {};
    for (const line of lines) {
      const [, heading] = /^\[(.*)\]$/.exec(line.trim()) ?? [];
      if (heading !== undefined) section = [...(/^B\./.test(heading) ? section : []), heading];
      const [, name, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined) values[name] = value;
    }
    if (Object.keys(values).length > 0) found.push({ section: section.join(), ...values });
  }
  return found;
}

const trimmed = (digits) => {
  const significant = digits.replace(/^0+/, "").toLowerCase();
  return significant.length % 2 === 0 ? significant : `0${significant}`;
};
const passes = (result) => /^P\b/.test(result);

/** RSA's tests by key: a block with a modulus is of those that follow it. */
function rsa(path) {
  const keys = [];
  for (const { section, n, e, d, SHAAlg, Msg, S, Result } of blocks(path)) {
    if (n !== undefined) keys.push({ section, n: trimmed(n), tests: [] });
    const key = keys.at(-1);
    if (key === undefined) continue;
    if (SHAAlg === undefined) {
      if (e !== undefined) key.e = trimmed(e);
      if (d !== undefined) key.d = trimmed(d);
    } else if (SHAAlg === "SHA256") {
      const test = { message: Msg, signature: S.toLowerCase() };
      // Where each test has an exponent of its own, it has a verdict too.
      if (Result !== undefined) Object.assign(test, { e: trimmed(e), valid: passes(Result) });
      key.tests.push(test);
    }
  }
  const bits = ({ section }) => Number(/mod = (\d+)/.exec(section)[1]);
  return keys
    .filter((key) => bits(key) >= 2048)
    .map(({ section, ...key }) => key)
    .filter(({ tests }) => tests.length > 0);
}

const ofSection = (path, section) => blocks(path).filter((block) => block.section === section);
const hashes = (path) => blocks(path).filter(({ MD }) => MD !== undefined);
const hashed = ({ Len, Msg, MD }) => ({ message: Len === "0" ? "" : Msg, digest: MD });

const FIPS_186_3 = "asymmetric/ECDSA/FIPS_186-3";
const files = {
  "rsa-verification": [
    ...rsa("asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp"),
    ...rsa("asymmetric/RSA/SigVer15EMTest.txt"),
  ],
  "rsa-generation": rsa("asymmetric/RSA/FIPS_186-2/SigGen15_186-2.txt"),
  "p256-verification": ofSection(`${FIPS_186_3}/SigVer.rsp`, "P-256,SHA-256")
    .filter(({ R }) => R !== undefined)
    .map(({ Msg, Qx, Qy, R, S, Result }) => ({
      ...{ message: Msg, x: Qx, y: Qy, r: R, s: S, valid: passes(Result) },
    })),
  "p256-generation": ofSection(`${FIPS_186_3}/SigGen.txt`, "P-256,SHA-256")
    .filter(({ R }) => R !== undefined)
    .map(({ Msg, d, Qx, Qy, R, S }) => ({ message: Msg, d, x: Qx, y: Qy, r: R, s: S })),
  "p256-key-pairs": blocks(`${FIPS_186_3}/KeyPair.rsp`)
    .filter(({ section, d }) => section.startsWith("P-256") && d !== undefined)
    .map(({ d, Qx, Qy }) => ({ d, x: Qx, y: Qy })),
  "p256-public-keys": ["FIPS_186-2", "FIPS_186-3"].flatMap((standard) =>
    ofSection(`asymmetric/ECDSA/${standard}/PKV.rsp`, "P-256")
      .filter(({ Qx }) => Qx !== undefined)
      .map(({ Qx, Qy, Result }) => ({ x: Qx, y: Qy, valid: passes(Result) })),
  ),
  sha256: [
    ...hashes("hashes/SHA2/SHA256ShortMsg.rsp"),
    ...hashes("hashes/SHA2/SHA256LongMsg.rsp").filter((_, index) => index % 8 === 0),
  ].map(hashed),
};
for (const [name, content] of Object.entries(files)) {
  const lines = content.map((each) => `  ${JSON.stringify(each)}`).join(",\n");
  writeFileSync(join(vectors, `${name}.json`), `[\n${lines}\n]\n`);
}
