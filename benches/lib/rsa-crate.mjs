// The `rsa` crate in WebAssembly, built on demand with the package's own flags.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const target = join(root, "target/rsa-crate");
let instance;

/**
 * `key(pkcs8)` gives a handle, `sign(handle, digest)` a signature, `verify(…)` whether it is right, `generate(bits)` a
 * new modulus; undefined without a compiler.
 */
export async function rsaCrate() {
  if (process.env.CONVEX_TOKEN_NO_RSA_CRATE !== undefined) return undefined;
  instance ??= build();
  if (instance === undefined) return undefined;
  const { memory, buffer, key, sign, verify, generate } = instance.exports;
  const give = (bytes) => new Uint8Array(memory.buffer, buffer(), 8192).set(bytes);
  return {
    key(pkcs8) {
      give(pkcs8);
      return key(pkcs8.length);
    },
    sign(handle, digest) {
      give(digest);
      const length = sign(handle);
      if (length === 0) throw new Error("the rsa crate gave no signature");
      return new Uint8Array(memory.buffer, buffer(), length).slice();
    },
    verify(handle, digest, signature) {
      give(Buffer.concat([digest, signature]));
      return verify(handle, digest.length + signature.length) === 1;
    },
    generate(bits) {
      give(randomBytes(32));
      const length = generate(bits);
      return new Uint8Array(memory.buffer, buffer(), length).slice();
    },
  };
}

function build() {
  const { status } = spawnSync(
    "cargo",
    [
      "build",
      "--quiet",
      "--release",
      "--locked",
      "--target",
      "wasm32-unknown-unknown",
      "--manifest-path",
      join(root, "benches/rsa-crate/Cargo.toml"),
    ],
    {
      stdio: "inherit",
      env: { ...process.env, CARGO_TARGET_DIR: target, RUSTFLAGS: "-Ctarget-feature=+simd128" },
    },
  );
  if (status !== 0) {
    console.error("the rsa crate could not be built: its rows are left out");
    return undefined;
  }
  const file = join(target, "wasm32-unknown-unknown/release/rsa_crate.wasm");
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {});
}
