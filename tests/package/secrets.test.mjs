// What is left of a key in the module's memory: nothing, once its issuer is disposed of, its call is over,
// or its text was refused. The whole memory is looked through, for every run of eight bytes of every number
// and text of the key. What JavaScript holds, its strings above all, nobody can wipe.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { STACK_BYTES, coreMemory } from "../tools/core-memory.mjs";
import { Canaries, shownOf } from "../tools/canaries.mjs";
import { Traces } from "../tools/traces.mjs";
import {
  createIssuer,
  explainToken,
  generateKeys,
  jwksFromKey,
  safeEqual,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { nodeSigner } from "convex-token/node";
import { algorithms, issuer } from "./fixtures.mjs";

const claims = { sub: "user_1", name: "Ada" };
const leftOf = (traces) => Object.fromEntries(traces.found(coreMemory()));
const nothing = {};

/** All ways to give a key that is read. */
function forms(pem) {
  const key = createPrivateKey(pem);
  const jwk = key.export({ format: "jwk" });
  const json = JSON.stringify(jwk);
  const older = { RSA: "pkcs1", EC: "sec1" }[jwk.kty];
  return {
    "PKCS#8": pem,
    ...(older && { [older]: key.export({ type: older, format: "pem" }) }),
    "escaped line breaks": JSON.stringify(pem),
    "spaces for line breaks": pem.replaceAll("\n", " "),
    CRLF: pem.replaceAll("\n", "\r\n"),
    base64: btoa(pem),
    "base64 of base64": btoa(btoa(pem)),
    "bare base64": key.export({ type: "pkcs8", format: "der" }).toString("base64"),
    JWK: jwk,
    "JWK as text": json,
    "JWK with escaped quotes": json.replaceAll('"', '\\"'),
    "base64 of a JWK": btoa(json),
    "JWK set": { keys: [jwk] },
    list: [pem, jwk],
  };
}

/** The same, each of them damaged near its end. */
function damaged(pem) {
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  const wrong = {
    ...jwk,
    ...(jwk.kty === "RSA"
      ? { qi: jwk.dp }
      : { x: jwk.x.replace(/^./, (first) => (first === "_" ? "-" : "_")) }),
  };
  const cut = pem.replace(/.{9}\n-----END/, "\n-----END");
  const unclosed = pem.slice(0, pem.indexOf("-----END"));
  const last = pem.lastIndexOf("\n", pem.length - 30) - 3;
  const noBase64 = `${pem.slice(0, last)}?${pem.slice(last + 1)}`;
  const damages = { cut, unclosed, noBase64 };
  const texts = Object.entries(damages).flatMap(([name, text]) => [
    [name, text],
    [`${name}, escaped`, text.replaceAll("\n", "\\n")],
    [`${name}, in base64`, btoa(text)],
    [`${name}, in base64 twice`, btoa(btoa(text))],
  ]);
  const json = JSON.stringify(wrong);
  return {
    ...Object.fromEntries(texts),
    "JWK with a wrong member": wrong,
    "JWK as text": json,
    "JWK text that ends early": json.slice(0, -1),
    "JWK with escaped quotes that ends early": json.slice(0, -1).replaceAll('"', '\\"'),
    "base64 of a JWK": btoa(json),
    "JWK set": { keys: [jwk, wrong] },
    "a key, and a damaged one": [pem, cut],
    "a key, and none": [pem, "none"],
    "with members that cannot be": { ...jwk, d: `${jwk.d}!` },
  };
}

function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
}

for (const algorithm of algorithms) {
  const { privateKey } = generateKeys({ algorithm });

  test(`${algorithm}: an issuer and a signer show nothing of their key`, () => {
    const canaries = new Canaries([privateKey]);
    // What would be seen if they did.
    assert.notDeepEqual(canaries.shownIn(shownOf({ privateKey })), []);
    const own = createIssuer({ privateKey, issuer });
    const signer = nodeSigner(privateKey);
    own.token(claims);
    const claimed = thrownBy(() => own.sign({ sub: "u", iss: "x" }));
    const expired = thrownBy(() => own.verify("x.y.z"));
    own.dispose();
    const disposed = thrownBy(() => own.sign(claims));
    for (const thing of [
      own,
      signer,
      createIssuer({ signer, issuer }),
      claimed,
      expired,
      disposed,
    ]) {
      assert.deepEqual(canaries.shownIn(shownOf(thing)), []);
    }
  });

  test(`${algorithm}: a key is found while it is in use, and not after dispose()`, () => {
    const own = createIssuer({ privateKey, issuer });
    const traces = new Traces(privateKey, [own.sign(claims), own.token(claims)]);
    const found = Object.keys(leftOf(traces));
    // The search must be able to find: all that is kept, in the forms in which it is kept.
    const kept = {
      RS256: [/^d$/, /^p$/, /^q$/, /^dp$/, /^dq$/, /^qi$/, /^p in digits/, /^q in digits/],
      ES256: [/^d$/],
      EdDSA: [/^the seed$/, /^the scalar$/, /^the seed's hash, second half$/],
    }[algorithm];
    for (const name of kept)
      assert.ok(
        found.some((one) => name.test(one)),
        `${name}: ${found}`,
      );
    own.dispose();
    assert.deepEqual(leftOf(traces), nothing);
  });

  test(`${algorithm}: of a new key, nothing is left`, () => {
    const pair = generateKeys({ algorithm });
    assert.deepEqual(leftOf(new Traces(pair.privateKey)), nothing);
  });

  test(`${algorithm}: of a key that was only read, nothing is left, in whatever form it came`, () => {
    const { privateKey } = generateKeys({ algorithm });
    const traces = new Traces(privateKey);
    for (const [form, key] of Object.entries(forms(privateKey))) {
      jwksFromKey(key);
      assert.deepEqual(leftOf(traces), nothing, form);
      createIssuer({ privateKey: key, issuer }).dispose();
      assert.deepEqual(leftOf(traces), nothing, form);
      nodeSigner(key);
      assert.deepEqual(leftOf(traces), nothing, form);
    }
  });

  test(`${algorithm}: of a key that is refused, nothing is left`, () => {
    const { privateKey } = generateKeys({ algorithm });
    const [traces, canaries] = [new Traces(privateKey), new Canaries([privateKey])];
    const token = signConvexToken(claims, { privateKey: generateKeys({ algorithm: "EdDSA" }).privateKey, issuer }); // prettier-ignore
    for (const [form, key] of Object.entries(damaged(privateKey))) {
      const calls = {
        jwksFromKey: () => jwksFromKey(key),
        createIssuer: () => createIssuer({ privateKey: key, issuer }),
        signConvexToken: () => signConvexToken(claims, { privateKey: key, issuer }),
        verifyConvexToken: () => verifyConvexToken(token, { privateKey: key }),
        explainToken: () => explainToken(token, { privateKey: key }),
        nodeSigner: () => nodeSigner(key),
      };
      for (const [name, call] of Object.entries(calls)) {
        const error = thrownBy(call);
        assert.equal(error?.name, "ConvexTokenError", `${name}: ${form}`);
        assert.deepEqual(canaries.shownIn(shownOf(error)), [], `${name}: ${form}`);
        assert.deepEqual(leftOf(traces), nothing, `${name}: ${form}`);
      }
    }
    // Nor of one whose issuer's other options are refused after it.
    for (const options of [{ audience: "" }, { expiresIn: "x" }, { issuer: "x" }, { keyId: 1 }]) {
      assert.throws(() => createIssuer({ privateKey, issuer, ...options }));
      assert.deepEqual(leftOf(traces), nothing, JSON.stringify(options));
    }
  });

  test(`${algorithm}: a key given at each call is kept until eight others were used`, () => {
    const { privateKey } = generateKeys({ algorithm });
    const token = signConvexToken(claims, { privateKey, issuer });
    const traces = new Traces(privateKey, [token]);
    assert.notDeepEqual(leftOf(traces), nothing);
    for (let other = 0; other < 8; other += 1) {
      const { privateKey } = generateKeys({ algorithm: "EdDSA" });
      signConvexToken(claims, { privateKey, issuer });
    }
    assert.deepEqual(leftOf(traces), nothing);
  });
}

test("of secrets that were compared, nothing is left", () => {
  const secret = "Qx7!vL2#Zürich-Gk9@wP4$tR8";
  safeEqual(secret, `${secret}!`);
  safeEqual(Buffer.from(secret), `\ud800${secret}`);
  const memory = Buffer.from(coreMemory().buffer);
  for (let at = 0; at + 8 <= secret.length; at += 1) {
    assert.equal(memory.indexOf(secret.slice(at, at + 8)), -1);
    assert.equal(memory.indexOf(Buffer.from(secret.slice(at, at + 8), "utf16le")), -1);
  }
});

test("every call leaves the stack wiped, whatever depth it went to", () => {
  // But for the address of what was wiped, at the very top.
  const lowestLeft = () =>
    coreMemory()
      .subarray(0, STACK_BYTES - 16)
      .findIndex((byte) => byte !== 0);
  let deep = {};
  for (let depth = 0; depth < 60; depth += 1) deep = { deep };
  const nested = (depth) =>
    `{"keys":[{"kty":"OKP","x5c":${"[".repeat(depth)}${"]".repeat(depth)}}]}`;
  const { privateKey } = generateKeys({ algorithm: "ES256" });
  const token = signConvexToken({ sub: "u" }, { privateKey, issuer });
  const attempts = {
    generateKeys: () => generateKeys({ modulusLength: 3072 }),
    claims: () => signConvexToken({ sub: "u", deep }, { privateKey, issuer }),
    ...Object.fromEntries(
      [10, 50, 100, 110, 120, 126, 127, 128, 200].flatMap((depth) => [
        [`set ${depth}`, () => verifyConvexToken(token, { jwks: nested(depth) })],
        [`key ${depth}`, () => jwksFromKey(nested(depth))],
      ]),
    ),
    explain: () => explainToken(token, {}),
    eight: () => generateKeys({ modulusLength: 1024 }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      attempt();
    } catch ({ code }) {
      assert.match(code, /^ERR_(?!WASM_TRAP)/);
    }
    assert.equal(lowestLeft(), -1, name);
  }
});

test("a trap leaves nothing of its instance's memory", () => {
  const script = `
    import { allMemories } from "../tools/core-memory.mjs";
    import { createIssuer, generateKeys, verifyConvexToken } from "convex-token";
    const issuer = ${JSON.stringify(issuer)};
    const { privateKey } = generateKeys({ algorithm: "EdDSA" });
    const own = createIssuer({ privateKey, issuer });
    const token = own.sign({ sub: "u" });
    const [memory] = allMemories();
    if (!memory.some((byte) => byte !== 0)) throw new Error("there was nothing to wipe");
    const jwks = '{"keys":[{"kty":"OKP","x5c":' + "[".repeat(110) + "]".repeat(110) + "}]}";
    let traps = 0;
    function trap() {
      try {
        trap();
      } catch {}
      if (traps > 0) return;
      try {
        verifyConvexToken(token, { jwks });
      } catch (error) {
        if (error.code === "ERR_WASM_TRAP" && error.cause instanceof RangeError) traps += 1;
      }
    }
    for (let round = 0; traps === 0 && round < 50; round += 1) trap();
    if (traps === 0) throw new Error("no call ran out of stack inside the module");
    console.log(allMemories()[0].every((byte) => byte === 0));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { cwd: import.meta.dirname, encoding: "utf8" },
  );
  assert.equal(stdout.trim(), "true", stderr);
});
