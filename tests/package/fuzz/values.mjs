// Values as nobody gives them: of wrong types, hostile ones, and changed valid ones.

/** What the hostile values throw: an error of the caller's own, which passes through. */
export class Hostile extends Error {}

const thrown = new Set();

/** Throws a value that passes through, whatever it is. */
export function throwOf(value) {
  thrown.add(value);
  throw value;
}

/** Whether the caller has thrown this in the case that runs. */
export const isThrown = (error) => thrown.has(error) || isHostile(error);
export const forgetThrown = () => thrown.clear();

function isHostile(error) {
  try {
    return error instanceof Hostile;
  } catch {
    return false;
  }
}

/** A promise that is never settled. */
export const never = () => new Promise(() => {});

const hostile = () => {
  throw new Hostile("thrown by the caller's value");
};

class Account {
  sub = "user_1";
  #secret = 1;
  get secret() {
    return this.#secret;
  }
}

function deep(open, close, depth) {
  return JSON.parse(open.repeat(depth) + close.repeat(depth));
}

function detached(Type) {
  const buffer = new ArrayBuffer(64);
  const view = Type === ArrayBuffer ? buffer : new Type(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return view;
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function cycle() {
  const value = { sub: "user_1" };
  value.self = value;
  value.list = [value, [value]];
  return value;
}

const traps = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"];
const throwingProxy = (trap, target) => new Proxy(target, { [trap]: hostile });
const texts = [
  "9".repeat(100_000),
  "[".repeat(10_000),
  `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  "-----BEGIN PRIVATE KEY-----".repeat(2_000),
];
const huge = "x".repeat(300_000);
const long = "ab\u20ac".repeat(40_000);
const deepArray = deep("[", "]", 4_000);
let deepest = [];
for (let depth = 0; depth < 10_000; depth += 1) deepest = [deepest];
const resizable = new ArrayBuffer(64, { maxByteLength: 128 });
const shrunk = new Uint8Array(resizable, 32);

/** Texts, lists and buffers that take a while: chosen seldom. */
const large = [
  () => huge,
  () => long,
  ...texts.map((text) => () => text),
  () => new Array(1_000),
  () => Array.from({ length: 1_000 }, () => "x"),
  () => deepArray,
  () => deepest,
  () => ({ keys: new Array(1_000).fill({ kty: "oct" }) }),
  () => new Uint8Array(100_000),
];

/** Makers of strange values: each at each use, because some remember how often they were asked. */
const strange = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -0,
  () => -1,
  () => 1.5,
  () => NaN,
  () => Infinity,
  () => 1e308,
  () => 2 ** 53,
  () => 253_402_300_800,
  () => 0n,
  () => 10n ** 400n,
  () => Symbol("s"),
  () => Symbol.iterator,
  () => "",
  () => " ",
  () => "x",
  () => "\ud800",
  () => "a\udfffb\u0000",
  () => "\ufeff",
  () => "__proto__",
  () => "1e400",
  () => new String("user_1"),
  () => new Number(7),
  () => new Boolean(false),
  () => () => 1,
  () => async () => 1,
  () => class {},
  () => function* () {},
  () => hostile,
  () => [],
  () => [[]],
  () => [null],
  () => ({}),
  () => ({ keys: 1 }),
  () => ({ keys: [null] }),
  () => Object.create(null),
  () => Object.create({ sub: "inherited", privateKey: "inherited" }),
  () => JSON.parse('{"__proto__":{"sub":"x"},"sub":"user_1"}'),
  () => new Account(),
  () => cycle(),
  () => new Map([["sub", "x"]]),
  () => new Set(["sub"]),
  () => new WeakMap(),
  () => new Date(NaN),
  () => new Date(8.64e15),
  () => new Date(0),
  () => /x/y,
  () => new Error("an error"),
  () => Promise.resolve("x"),
  () => ({ then: hostile }),
  () => ({ then: 1 }),
  () => new URL("https://x.example"),
  () => new Request("https://x.example/.well-known/jwks.json"),
  () => globalThis.crypto,
  () => globalThis,
  () => new Uint8Array(3),
  () => new Uint8Array(new SharedArrayBuffer(64)),
  () => new SharedArrayBuffer(64),
  () => detached(Uint8Array),
  () => detached(ArrayBuffer),
  () => detached(DataView),
  () => shrinking(),
  () => new Float64Array(8),
  () => new DataView(new ArrayBuffer(8)),
  () => Object.defineProperty(new Uint8Array(64), "length", { value: 3 }),
  () => Object.defineProperty(new Uint8Array(64), "length", { get: hostile }),
  () => Object.defineProperty(new Uint8Array(3), "length", { value: 64 }),
  () => Object.setPrototypeOf(new Uint8Array(64), null),
  () => Object.create(Uint8Array.prototype),
  () => revoked({}),
  () => revoked([]),
  () => revoked(function () {}),
  () => new Proxy({}, {}),
  () => new Proxy(new Uint8Array(64), {}),
  () => new Proxy(new Date(0), {}),
  () => new Proxy(Object.assign(() => 1, { sub: "x" }), {}),
  () => ({ toJSON: hostile }),
  () => ({ toJSON: () => "x" }),
  () => ({ toJSON: () => undefined }),
  () => ({ toString: hostile, valueOf: hostile, [Symbol.toPrimitive]: hostile }),
  () => ({ get [Symbol.toStringTag]() { return hostile(); } }),
  () => ({ [Symbol.toStringTag]: "CryptoKey" }),
  () => ({ asymmetricKeyType: "rsa", type: "private" }),
  () => ({ [Symbol.iterator]: hostile, length: 3 }),
  ...traps.map((trap) => () => throwingProxy(trap, {})),
  ...traps.map((trap) => () => throwingProxy(trap, [])),
]; // prettier-ignore

/** A view that its buffer has shrunk away from, and that comes back. */
function shrinking() {
  resizable.resize(resizable.byteLength === 64 ? 16 : 64);
  return shrunk;
}

export const strangeValue = (random) => random.of(random.percent(2) ? large : strange)();

/** A text with one to three places changed. */
export function changedText(random, text) {
  let changed = text;
  for (let change = random.below(3); change >= 0; change -= 1) {
    const at = random.below(changed.length + 1);
    const length = random.below(8);
    const before = changed.slice(0, at);
    switch (random.below(6)) {
      case 0:
        changed = before + changed.slice(at + length);
        break;
      case 1:
        changed = before + String.fromCharCode(random.below(random.percent(80) ? 128 : 0x1_0000));
        changed += text.slice(at + 1);
        break;
      case 2:
        changed = before + random.of(words) + changed.slice(at);
        break;
      case 3:
        changed =
          before + changed.slice(at, at + length).repeat(random.below(4)) + changed.slice(at);
        break;
      case 4:
        changed = before;
        break;
      default:
        changed = before + random.of(words) + changed.slice(at + length);
    }
  }
  return changed;
}

const words = [
  "", " ", "\n", "\\n", "\r\n", ".", "..", "=", "-----", "PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED",
  '"', "'", "{", "}", "[", "]", ",", ":", "null", "true", "0", "-1", "1e400", "\\u0000", "\\ud800", "\ud800",
  "data:", ";base64,", "%41", "https://", "://", ".convex.cloud", ".convex.site", "?", "#", "@", "kid", "alg",
  "RS256", "ES256", "EdDSA", "none", "RSA", "EC", "OKP", "oct", "P-256", "sig", "enc", "\u0000", "__proto__",
]; // prettier-ignore

/** A copy of an object with one to three members changed, added or left out; other values changed. */
export function changedValue(random, value, change = () => strangeValue(random)) {
  if (typeof value === "string") return changedText(random, value);
  try {
    if (!Array.isArray(value) && value?.constructor !== Object) return change();
    return changedMembers(random, value, change);
  } catch {
    // One that has been changed before, and throws now.
    return change();
  }
}

function changedMembers(random, value, change) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  for (let count = random.below(2); count >= 0; count -= 1) {
    const names = Object.keys(copy);
    const name = names.length > 0 && random.percent(85) ? random.of(names) : random.of(members);
    const put = (property) =>
      Object.defineProperty(copy, name, { enumerable: true, configurable: true, ...property });
    if (random.percent(15)) delete copy[name];
    else if (random.percent(20)) put({ get: unsteady(random) });
    else if (random.percent(50)) put({ value: change() });
    else put({ value: changedValue(random, value[name], change) });
  }
  return copy;
}

const members = [
  "sub", "iss", "aud", "exp", "kid", "alg", "use", "kty", "crv", "n", "e", "d", "keys", "key_ops", "oth",
  "__proto__", "toJSON", "then", "name", "email", "address", "updated_at", "url", "status", "body",
  "id", "user", "session", "claims", "convexToken", "convexTokenError", "issuer", "jwks", "kind", "timeout",
]; // prettier-ignore

/** A getter that throws, or that answers with something else each time. */
function unsteady(random) {
  if (random.percent(20)) return hostile;
  let asked = 0;
  const answers = [strangeValue(random), strangeValue(random), "x"];
  return () => answers[asked++ % answers.length];
}

/** An object in a disguise: its members are what they were. */
export function disguised(random, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  switch (random.below(4)) {
    case 0:
      return new Proxy(value, {});
    case 1:
      return Object.assign(Object.create(null), value);
    case 2:
      return Object.freeze({ ...value });
    default:
      return Object.defineProperties(
        {},
        Object.fromEntries(
          Object.keys(value).map((name) => [name, { enumerable: true, get: () => value[name] }]),
        ),
      );
  }
}
