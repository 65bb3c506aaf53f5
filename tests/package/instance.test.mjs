// The WebAssembly instance: traps are told and survived, and a host without randomness gets no token.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import {
  ConvexTokenError,
  createIssuer,
  decodeConvexToken,
  jwksFromKey,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { issuer, jwks, keys, privateKey } from "./fixtures.mjs";

/** A token whose payload takes the parser deep into the stack; the way to it is short. */
const deepToken = [
  Buffer.from('{"alg":"EdDSA"}').toString("base64url"),
  Buffer.from(`{"x":${"[".repeat(100)}${"]".repeat(100)}}`).toString("base64url"),
  "AAAA",
].join(".");

/** Decodes at every depth on the way back from the end of the stack, until a call traps. */
function trap() {
  let trapped;
  function deeper() {
    try {
      deeper();
    } catch {
      // The end of the stack, or what is left of it.
    }
    if (trapped !== undefined) return;
    try {
      decodeConvexToken(deepToken);
    } catch (error) {
      if (error instanceof ConvexTokenError) trapped = error;
    }
  }
  deeper();
  return trapped;
}

test("a trap is told as one, and the next call works", () => {
  const own = createIssuer({ privateKey, issuer });
  const kept = own.token({ sub: "u" });
  const trapped = trap();
  assert.equal(trapped?.code, "ERR_WASM_TRAP", "no call ran out of stack inside the module");
  assert.ok(trapped.cause instanceof RangeError);
  for (const { privateKey, jwks } of Object.values(keys)) {
    const token = signConvexToken({ sub: "u" }, { privateKey, issuer });
    assert.equal(verifyConvexToken(token, { jwks }).claims.sub, "u");
    assert.deepEqual(jwksFromKey(privateKey), jwks);
  }
  // An issuer from before is made anew; what it kept went with the old instance.
  const token = own.token({ sub: "u" });
  assert.notEqual(token, kept);
  assert.equal(verifyConvexToken(token, { jwks }).claims.sub, "u");
  own.dispose();
});

test("an issuer that nobody disposed of, from before a trap, does not harm later ones", async () => {
  const script = `
    import { createIssuer, decodeConvexToken, generateKeys, verifyConvexToken } from "convex-token";
    const { privateKey, jwks } = generateKeys({ algorithm: "EdDSA" });
    const issuer = "${issuer}";
    function trap() {
      try {
        trap();
      } catch {}
      try {
        decodeConvexToken("${deepToken}");
      } catch (error) {
        if (error.code === "ERR_WASM_TRAP") traps += 1;
      }
    }
    let traps = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let lost = 0; lost < 10; lost += 1) createIssuer({ privateKey, issuer });
      trap();
      const mine = createIssuer({ privateKey, issuer });
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve));
      verifyConvexToken(mine.sign({ sub: "u" }), { jwks });
    }
    if (traps < 20) throw new Error("only " + traps + " traps");
    console.log("survived");
  `;
  const argv = ["--expose-gc", "--stack-size=200", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(stdout.trim(), "survived", stderr);
});

test("a host without secure randomness gets an error, and no token", () => {
  const script = `
    import { generateKeys, signConvexToken } from "convex-token";
    const { privateKey } = generateKeys({ algorithm: "EdDSA" });
    const without = (crypto) => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    const tell = (operation) => { try { operation(); return "made"; } catch (error) { return error.code; } };
    for (const crypto of [undefined, {}, { getRandomValues() { throw new Error("quota"); } }]) {
      without(crypto);
      console.log(tell(() => signConvexToken({ sub: "u" }, { privateKey, issuer: "${issuer}" })));
      for (const algorithm of ["RS256", "ES256", "EdDSA"]) console.log(tell(() => generateKeys({ algorithm })));
    }
  `;
  const argv = ["--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.deepEqual(stdout.trim().split("\n"), Array(12).fill("ERR_RANDOM"), stderr);
});
