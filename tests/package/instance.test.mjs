// The WebAssembly instance: traps are told and survived, and a host without randomness gets no token.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { signConvexToken } from "convex-token";
import { issuer, privateKey } from "./fixtures.mjs";
import * as core from "./node_modules/convex-token/dist/core.js";

const someToken = signConvexToken({ sub: "u" }, { privateKey, issuer });

/** A set that takes the parser deep into the stack; the way to it is short. */
const deepSet = `{"keys":[{"kty":"OKP","x5c":${"[".repeat(110)}${"]".repeat(110)}}]}`;

/** Runs a module in a process of its own: a test runner leaves too little of the stack. */
function run(script, ...flags) {
  const argv = [...flags, "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return { lines: stdout.trim().split("\n"), stderr };
}

/**
 * Reads the set on the way back from the end of the stack, until so many calls have trapped; counts those.
 * At the first, the least of the stack is left that a call can end with.
 */
const trap = `
  let traps = 0;
  function trap(times = 1) {
    const before = traps;
    function deeper() {
      try {
        deeper();
      } catch {}
      if (traps === before + times) return;
      try {
        verifyConvexToken("${someToken}", { jwks: ${JSON.stringify(deepSet)} });
      } catch (error) {
        if (error.code === "ERR_WASM_TRAP" && error.cause instanceof RangeError) traps += 1;
      }
    }
    for (let round = 0; traps === before && round < 50; round += 1) deeper();
    if (traps === before) throw new Error("no call ran out of stack inside the module");
  }
`;

test("a trap is told as one, and the next call works", () => {
  const { lines, stderr } = run(`
    import { createIssuer, generateKeys, jwksFromKey, signConvexToken, verifyConvexToken } from "convex-token";
    ${trap}
    const issuer = "${issuer}";
    const pairs = ["RS256", "ES256", "EdDSA"].map((algorithm) => generateKeys({ algorithm }));
    const own = createIssuer({ privateKey: pairs[2].privateKey, issuer });
    const kept = own.token({ sub: "u" });
    // The second call finds what the first has left.
    const { privateKey } = pairs[0];
    for (let call = 0; call < 2; call += 1) signConvexToken({ sub: "u" }, { privateKey, issuer });
    trap(3);
    for (const { privateKey, jwks } of pairs) {
      const token = signConvexToken({ sub: "u" }, { privateKey, issuer });
      verifyConvexToken(token, { jwks });
      if (jwksFromKey(privateKey).keys[0].kid !== jwks.keys[0].kid) throw new Error("another key");
    }
    // An issuer from before is made anew; what it kept went with the old instance.
    const token = own.token({ sub: "u" });
    if (token === kept) throw new Error("the old instance answered");
    verifyConvexToken(token, { jwks: pairs[2].jwks });
    own.dispose();
    console.log("survived");
  `);
  assert.deepEqual(lines, ["survived"], stderr);
});

test("an issuer's number is never another's, also where numbers leave 32 bits", () => {
  const number = core.issuerNew({ issuer, privateKey: [privateKey], environment: {} });
  const next = core.issuerNew({ issuer, privateKey: [privateKey], environment: {} });
  assert.equal(next, number + 1);
  assert.equal(core.issuerAlgorithm(number), "EdDSA");
  const strangers = [number + 2 ** 32, number + 2 ** 40, number - 2 ** 32, number + 0.5, NaN];
  for (const stranger of strangers) {
    assert.throws(() => core.issuerAlgorithm(stranger), { code: "ERR_ISSUER_DISPOSED" });
    core.issuerFree(stranger);
  }
  assert.equal(core.issuerAlgorithm(number), "EdDSA");
  core.issuerFree(number);
  assert.throws(() => core.issuerAlgorithm(number), { code: "ERR_ISSUER_DISPOSED" });
  assert.equal(core.issuerAlgorithm(next), "EdDSA");
  core.issuerFree(next);
});

test("an issuer that nobody disposed of, from before a trap, does not harm later ones", () => {
  const { lines, stderr } = run(
    `
    import { createIssuer, generateKeys, verifyConvexToken } from "convex-token";
    ${trap}
    const issuer = "${issuer}";
    const { privateKey, jwks } = generateKeys({ algorithm: "EdDSA" });
    for (let round = 0; round < 20; round += 1) {
      for (let lost = 0; lost < 10; lost += 1) createIssuer({ privateKey, issuer });
      trap();
      const mine = createIssuer({ privateKey, issuer });
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve));
      verifyConvexToken(mine.sign({ sub: "u" }), { jwks });
    }
    console.log("survived");
  `,
    "--expose-gc",
  );
  assert.deepEqual(lines, ["survived"], stderr);
});

test("an issuer's first call after a trap is answered, whatever it is", () => {
  const { lines, stderr } = run(`
    import { createIssuer, generateKeys } from "convex-token";
    import { nodeSigner } from "convex-token/node";
    const issuer = "${issuer}";
    const { privateKey } = generateKeys({ algorithm: "EdDSA" });
    const { encodeInto } = TextEncoder.prototype;
    function trap() {
      TextEncoder.prototype.encodeInto = () => { throw new Error("no copy"); };
      try {
        createIssuer({ privateKey, issuer, audience: "é" });
      } catch ({ code }) {
        if (code !== "ERR_WASM_TRAP") throw new Error(code);
      }
      TextEncoder.prototype.encodeInto = encodeInto;
    }
    const signer = nodeSigner(privateKey);
    const later = { ...signer, sign: async (bytes) => (trap(), signer.sign(bytes)) };
    const [own, external] = [createIssuer({ privateKey, issuer }), createIssuer({ signer: later, issuer })];
    const token = own.sign({ sub: "u" });
    for (const call of [
      () => own.sign({ sub: "u" }),
      () => own.token({ sub: "u" }),
      () => own.verify(token),
      () => own.jwks(),
      () => own.openidConfiguration(),
      () => own.provider(),
      () => own.fetch(new Request(issuer + "/.well-known/jwks.json")),
      () => external.token({ sub: "u" }),
      () => own.dispose(),
    ]) {
      trap();
      await call();
    }
    console.log("answered");
  `);
  assert.deepEqual(lines, ["answered"], stderr);
});

test("a clock or a request that takes the instance with it gets no other issuer's answer", () => {
  const { lines, stderr } = run(`
    import { createIssuer, decodeConvexToken, generateKeys, verifyConvexToken } from "convex-token";
    const issuer = "${issuer}";
    const [mine, others] = [generateKeys({ algorithm: "EdDSA" }), generateKeys({ algorithm: "EdDSA" })];
    ${trap}
    let loses = false;
    function lose() {
      if (!loses) return;
      trap();
      createIssuer({ privateKey: others.privateKey, issuer });
    }
    const now = () => (lose(), Date.now());
    const kid = (token) => decodeConvexToken(token).header.kid;
    const request = {
      method: "GET",
      url: issuer + "/.well-known/jwks.json",
      headers: { get: () => (lose(), null) },
    };
    const calls = {
      sign: (own) => kid(own.sign({ sub: "u" })),
      token: (own) => kid(own.token({ sub: "u" })),
      verify: (own, token) => own.verify(token).header.kid,
      fetch: async (own) => (await own.fetch(request).json()).keys[0].kid,
    };
    for (const [name, call] of Object.entries(calls)) {
      loses = false;
      const own = createIssuer({ privateKey: mine.privateKey, issuer, now });
      const token = own.sign({ sub: "u" });
      loses = true;
      const found = await Promise.resolve(call(own, token)).catch(({ code }) => code);
      console.log(name, found === mine.kid);
    }
    console.log(traps);
  `);
  assert.deepEqual(lines, ["sign true", "token true", "verify true", "fetch true", "4"], stderr);
});

test("after a trap in a memory that cannot grow, no call reads what is left in it", () => {
  const { lines, stderr } = run(`
    import { createIssuer, generateKeys, signConvexToken, verifyConvexToken } from "convex-token";
    ${trap}
    WebAssembly.Memory.prototype.grow = () => { throw new RangeError("no memory left"); };
    const issuer = "${issuer}";
    const { privateKey, jwks } = generateKeys({ algorithm: "EdDSA" });
    const own = createIssuer({ privateKey, issuer });
    trap();
    for (const token of [own.sign({ sub: "u" }), signConvexToken({ sub: "u" }, { privateKey, issuer })]) {
      console.log(verifyConvexToken(token, { jwks }).claims.sub);
    }
    try {
      signConvexToken({ sub: "u" }, { privateKey, issuer: "example" });
    } catch ({ message }) {
      console.log(message);
    }
  `);
  const told =
    'The issuer "example" has no scheme: tokens need the whole URL, beginning with https://.';
  assert.deepEqual(lines, ["u", "u", told], stderr);
});

test("a host without secure randomness gets an error, and no token", () => {
  const { lines, stderr } = run(`
    import { generateKeys, signConvexToken } from "convex-token";
    const { privateKey } = generateKeys({ algorithm: "EdDSA" });
    const without = (crypto) => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    const tell = (operation) => { try { operation(); return "made"; } catch (error) { return error.code; } };
    const leaving = (values) => values;
    const constant = (values) => values.fill(0xff);
    const throwing = () => { throw new Error("quota"); };
    const sources = [throwing, leaving, constant].map((getRandomValues) => ({ getRandomValues }));
    for (const crypto of [undefined, {}, ...sources]) {
      without(crypto);
      console.log(tell(() => signConvexToken({ sub: "u" }, { privateKey, issuer: "${issuer}" })));
      for (const algorithm of ["RS256", "ES256", "EdDSA"]) console.log(tell(() => generateKeys({ algorithm })));
    }
  `);
  assert.deepEqual(lines, Array(20).fill("ERR_RANDOM"), stderr);
});
