// Times of what has to do with secrets, in the built module as it is called: JavaScript's part and what the
// engine made of the module are in them. A planted leak must be found, or the tests would say nothing.
//
// TIMING_SECONDS=10 has each comparison take so long, and shows what came of it.
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { createIssuer, safeEqual } from "convex-token";
import {
  ED25519_ORDER,
  bytesOf,
  ecdsaNonce,
  eddsaNonce,
  eddsaSecrets,
  inverse,
  numberOf,
} from "../tools/nonces.mjs";
import { LIMIT, take, welch } from "../tools/timing.mjs";
import { issuer } from "./fixtures.mjs";
// The subpath's own index asks for Convex, which is not installed here.
import { requireSecret } from "./node_modules/convex-token/dist/convex/secret.js";

const SECONDS = process.env.TIMING_SECONDS ? Number(process.env.TIMING_SECONDS) : undefined;

/** What chance or a neighbour on the machine did once, it does not do each time. */
const TRIES = 3;

/** How many random keys there are beside the fixed one. */
const KEYS = 6;

function show(name, { t, means, counts }) {
  if (SECONDS === undefined) return;
  const [first, second] = means.map((mean) => `${(mean * 1000).toFixed(3)} µs`);
  console.log(
    `${name}: t = ${t.toFixed(1)}, ${first} and ${second}, ${counts.join(" and ")} times`,
  );
}

/**
 * Measures until the verdict is as it should be, a few times at most, each twice as long as the one before:
 * what chance or a neighbour on the machine did once, it does not do each time.
 */
function verdict(name, isGood, measure) {
  const ts = [];
  while (ts.length < TRIES) {
    const result = measure(2 ** ts.length);
    show(name, result);
    if (isGood(Math.abs(result.t))) return;
    ts.push(result.t);
  }
  assert.fail(`${name}: t = ${ts.join(", ")}`);
}

const differ = (t) => t > LIMIT;
const areAlike = (t) => t < LIMIT;

/** The two classes of a comparison do not differ; with another computation in its place, they do. */
function compare(name, comparison, { leaking, seconds, planted = 0.2 }) {
  verdict(name, areAlike, (times) => welch(take(comparison, times * (SECONDS ?? seconds))));
  const other = { ...comparison, compute: leaking };
  verdict(`${name}: planted leak`, differ, (times) => welch(take(other, times * planted)));
}

// ---- Secrets --------------------------------------------------------------------------------

const LENGTH = 4096;

/** A secret as a text of its own: flat, of one byte a unit, never looked up before. */
const fresh = (bytes) => bytes.toString("latin1");

const newSecret = () => Buffer.from(randomBytes(LENGTH / 2).toString("hex"));

/** As a comparison is that stops at the first difference. */
function stopsEarly(one, other) {
  for (let at = 0; at < one.length; at += 1) {
    if (one.charCodeAt(at) !== other.charCodeAt(at)) return false;
  }
  return true;
}

const expected = newSecret();
const expectedText = fresh(expected);

/** What differs from the secret in its first byte, or in its last. */
function wrong(isFirst) {
  const given = Buffer.from(expected);
  given[0] ^= isFirst ? 1 : 0;
  given[LENGTH - 1] ^= isFirst ? 0 : 1;
  return given;
}

const wrongText = (isFirst) => fresh(wrong(isFirst));

function refusal(operation) {
  try {
    operation();
  } catch (error) {
    return error;
  }
  return assert.fail("a wrong secret was accepted");
}

test("safeEqual: texts take as long wherever they differ", () => {
  const compute = (given) => safeEqual(given, expectedText);
  const leaking = (given) => stopsEarly(given, expectedText);
  compare("safeEqual, texts", { ready: wrongText, compute }, { leaking, seconds: 0.4 });
});

test("safeEqual: bytes take as long wherever they differ", () => {
  const compute = (given) => safeEqual(given, expected);
  const leaking = (given) => given.every((byte, at) => byte === expected[at]);
  compare("safeEqual, bytes", { ready: wrong, compute }, { leaking, seconds: 0.4 });
});

test("requireSecret: a wrong secret is refused as soon wherever it differs", () => {
  const compute = (given) => refusal(() => requireSecret(given, expectedText));
  const leaking = (given) =>
    refusal(() => {
      if (!stopsEarly(given, expectedText)) throw new Error();
    });
  compare("requireSecret, refused", { ready: wrongText, compute }, { leaking, seconds: 0.4 });
});

test("requireSecret: accepted takes as long whichever secret was given", () => {
  const secrets = [expected, newSecret()];
  const texts = secrets.map(fresh);
  const ready = (isFirst) => fresh(Buffer.from(secrets[isFirst ? 0 : 1]));
  const compute = (given) => requireSecret(given, texts);
  // The second is not looked at when the first one matches.
  const leaking = (given) => texts.some((one) => safeEqual(given, one));
  compare("requireSecret, accepted", { ready, compute }, { leaking, seconds: 0.4 });
});

// ---- Keys -----------------------------------------------------------------------------------

const toText = (number, length) => bytesOf(number, length).toString("base64url");
const toBytes = (text) => Buffer.from(text, "base64url");

/** An RSA key of two primes. */
function rsaKey(p, q) {
  const d = inverse(65537n, (p - 1n) * (q - 1n));
  const parts = { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const half = Object.entries({ p, q, ...parts }).map(([name, part]) => [name, toText(part, 128)]);
  const whole = { n: toText(p * q, 256), e: "AQAB", d: toText(d, 256) };
  return { kty: "RSA", ...whole, ...Object.fromEntries(half) };
}

const generated = (type, options) =>
  Array.from({ length: KEYS }, () =>
    generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
  );

const GENERATOR = {
  x: "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
  y: "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
};

/** An Ed25519 key of a seed. */
function ed25519Key(number) {
  const der = `302e020100300506032b657004220420${number.toString(16).padStart(64, "0")}`;
  const key = createPrivateKey({ key: Buffer.from(der, "hex"), format: "der", type: "pkcs8" });
  return key.export({ format: "jwk" });
}

const ones = (number) => number.toString(2).replaceAll("0", "").length;

/** Of each algorithm: a key of extreme numbers, random keys, and a number of a key for a planted leak. */
const ALGORITHMS = {
  RS256: {
    // Of primes with hardly a bit set, and of primes with hardly a bit that is not.
    extreme: {
      zeros: () => rsaKey((3n << 1022n) + 1037n, (3n << 1022n) + 1697n),
      ones: () => rsaKey((1n << 1024n) - 105n, (1n << 1024n) - 179n),
    },
    random: () => generated("rsa", { modulusLength: 2048 }),
    secret: ({ p }) => numberOf(toBytes(p)),
    seconds: 1,
    planted: 0.6,
  },
  ES256: {
    extreme: { one: () => ({ kty: "EC", crv: "P-256", ...GENERATOR, d: toText(1n, 32) }) },
    random: () => generated("ec", { namedCurve: "P-256" }),
    secret: ({ d }) => numberOf(toBytes(d)),
    seconds: 0.6,
  },
  EdDSA: {
    // Of a million such seeds, hardly any has a scalar with fewer bits set: 93.
    extreme: { "93 bits": () => ed25519Key(71480) },
    random: () => generated("ed25519"),
    secret: ({ d }) => eddsaSecrets(toBytes(d)).scalar,
    seconds: 0.6,
  },
};

const claims = { sub: "user_1", name: "Ada Lovelace", email: "ada@example.com" };

for (const [algorithm, { extreme, random, secret, ...durations }] of Object.entries(ALGORITHMS)) {
  const others = random();
  for (const [kind, make] of Object.entries(extreme)) {
    test(`${algorithm}: a key of extreme numbers (${kind}) signs as fast as random keys`, () => {
      const [fixed, ...rest] = [make(), ...others].map((key) => ({
        text: JSON.stringify(key),
        ones: ones(secret(key)),
      }));
      // Each key is read anew, to where the one before it was, and has signed once when times count.
      const ready = (isFirst) => {
        const drawn = rest[Math.floor(Math.random() * KEYS)];
        const { text, ones } = isFirst ? fixed : drawn;
        const own = createIssuer({ privateKey: text, issuer });
        own.sign(claims);
        return { own, ones };
      };
      const over = ({ own }) => own.dispose();
      const compute = ({ own }) => own.sign(claims);
      // Some steps for each bit that is set.
      const leaking = ({ own, ones }) => {
        let power = 3n;
        for (let step = 0; step < 4 * ones; step += 1) power = (power * power) % ED25519_ORDER;
        return [own.sign(claims), power];
      };
      compare(`${algorithm}, ${kind}`, { ready, compute, over }, { leaking, ...durations });
    });
  }
}

// ---- Nonces ---------------------------------------------------------------------------------

/** Of each curve: how whoever has a key computes the nonce of a token's signature. */
const NONCES = {
  ES256: {
    bits: 256,
    nonce: ({ d }) => {
      const number = toBytes(d);
      return (input, signature) => ecdsaNonce(number, input, signature);
    },
  },
  EdDSA: {
    bits: 252,
    nonce: ({ d }) => {
      const { prefix } = eddsaSecrets(toBytes(d));
      return (input) => eddsaNonce(prefix, input).nonce;
    },
  },
};

/** By some hundred nonces with a few zeros at their beginning, a key is found. */
const CLASSES = {
  "a nonce with four leading zeros": (nonce, bits) => nonce >> BigInt(bits - 4) === 0n,
  "a nonce with more zeros than ones": (nonce, bits) => ones(nonce) < bits / 2,
};

for (const [algorithm, { bits, nonce }] of Object.entries(NONCES)) {
  test(`${algorithm}: signing takes as long whatever the nonce is`, () => {
    const [key] = ALGORITHMS[algorithm].random();
    const own = createIssuer({ privateKey: JSON.stringify(key), issuer });
    const nonceOf = nonce(key);
    const signing = { ready: () => undefined, compute: () => own.sign(claims) };
    // Which nonce it was shows when the token is there.
    const withNonce = ({ time, result: token }) => {
      const dot = token.lastIndexOf(".");
      const signature = Buffer.from(token.slice(dot + 1), "base64url");
      return { time, nonce: nonceOf(Buffer.from(token.slice(0, dot)), signature) };
    };
    for (const [name, isOfClass] of Object.entries(CLASSES)) {
      const measure = (seconds) =>
        take(signing, seconds)
          .map(withNonce)
          .map(({ time, nonce }) => ({ time, isFirst: isOfClass(nonce, bits) }));
      verdict(`${algorithm}, ${name}`, areAlike, (times) =>
        welch(measure(times * (SECONDS ?? 0.4))),
      );
      // As if such nonces took one step of ten less.
      const sooner = ({ time, isFirst }) => ({ time: isFirst ? 0.9 * time : time, isFirst });
      verdict(`${algorithm}, ${name}: planted leak`, differ, (times) =>
        welch(measure(times * 0.3).map(sooner)),
      );
    }
    own.dispose();
  });
}
