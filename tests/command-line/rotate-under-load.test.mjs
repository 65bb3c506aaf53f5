// A rotation while tokens are signed and verified all the time, by verifiers that keep the set exactly
// as long as its headers let them. The steps are made by the command, at the first moment at which it
// makes them; the time between is simulated.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import {
  convexAuthProvider,
  createIssuer,
  jwksFromKey,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { makeFolder, run } from "./command.mjs";

const issuer = "https://happy-animal-123.convex.site";
const LIFE = 60;
/** Tokens are signed, and verifiers ask, this often. */
const TICK = 0.5;
const start = Math.floor(Date.now() / 1000);
const providers = {
  oidc: { provider: convexAuthProvider({ kind: "oidc", issuer }), tolerance: 0 },
  customJwt: { provider: convexAuthProvider({ kind: "customJwt", issuer }), tolerance: 5 },
};

class Rotation {
  #file;
  #folder = makeFolder();
  now = 0;
  published;

  async begin() {
    this.#file = join(this.#folder, ".env.local");
    assert.equal((await run(this.#folder, ["keys"])).status, 0);
    this.published = jwksFromKey(this.key);
  }

  get key() {
    return parseEnv(readFileSync(this.#file, "utf8")).CONVEX_AUTH_PRIVATE_KEY;
  }

  /** The next step; what it gives is published and deployed at once. */
  async step() {
    const { status, stdout } = await this.#rotate();
    assert.equal(status, 0, stdout);
    const result = JSON.parse(stdout);
    this.published = result.jwks;
    return result;
  }

  async isTooEarly() {
    return (await this.#rotate("--dry-run")).stdout.includes("ERR_ROTATE_EARLY");
  }

  /** Puts the note of the last step back in time. */
  pass(seconds) {
    const text = readFileSync(this.#file, "utf8");
    const earlier = (time) => new Date(Date.parse(time) - seconds * 1000).toISOString();
    writeFileSync(
      this.#file,
      text.replace(/( at )(\S+),/, (_, at, time) => `${at}${earlier(time)},`),
    );
  }

  #rotate(...words) {
    return run(this.#folder, ["rotate", "--json", "--expires-in", `${LIFE}s`, ...words]);
  }
}

/** How long the set may be used, by the headers with which it is served. */
function lifeInCaches(key) {
  const served = createIssuer({ privateKey: key, issuer });
  const { headers } = served.fetch(new Request(`${issuer}/.well-known/jwks.json`));
  served.dispose();
  const seconds = (name) =>
    Number(new RegExp(`${name}=(\\d+)`).exec(headers.get("cache-control"))[1]);
  return seconds("max-age") + seconds("stale-while-revalidate");
}

/** Runs a whole rotation; verifiers keep the set for some seconds more than they may. */
async function refusedTokens(kind, more) {
  const { provider, tolerance } = providers[kind];
  const rotation = new Rotation();
  await rotation.begin();
  const keeps = lifeInCaches(rotation.key) + more;
  // One for each moment at which a cache can have been filled.
  const caches = Array.from({ length: keeps / TICK }, (_, index) => ({
    filled: -index * TICK,
    set: rotation.published,
  }));
  const verdicts = new Map();
  let tokens = [];
  let verified = 0;
  let refused = 0;

  const pass = (seconds) => {
    const { key } = rotation;
    for (const end = rotation.now + seconds; rotation.now < end; rotation.now += TICK) {
      const now = start + rotation.now;
      tokens.push({
        token: signConvexToken(
          { sub: "user_1" },
          { privateKey: key, issuer, now: now * 1000, expiresIn: LIFE },
        ),
        end: Math.floor(now) + LIFE,
      });
      tokens = tokens.filter(({ end }) => end + tolerance > now);
      // The newest, the oldest, and one between: what is refused is refused by its key.
      const asked = new Set([tokens[0], tokens[tokens.length >> 1], tokens.at(-1)]);
      for (const cache of caches) {
        if (rotation.now >= cache.filled + keeps) {
          cache.filled = rotation.now;
          cache.set = rotation.published;
        }
      }
      for (const set of new Set(caches.map(({ set }) => set))) {
        for (const { token } of asked) {
          verified += 1;
          try {
            verifyConvexToken(token, { jwks: set, issuer, provider, now: now * 1000 });
          } catch ({ code }) {
            refused += 1;
            verdicts.set(code, (verdicts.get(code) ?? 0) + 1);
          }
        }
      }
    }
  };

  pass(LIFE);
  for (const name of ["publish", "sign", "retire"]) {
    const { step, next } = await rotation.step();
    assert.equal(step, name);
    if (next === null || next === undefined) break;
    rotation.pass(next.waitSeconds - 15);
    assert.ok(await rotation.isTooEarly(), `${next.step} is refused before its time`);
    rotation.pass(15);
    pass(next.waitSeconds);
  }
  pass(keeps + LIFE);
  return { verified, refused, codes: [...verdicts.keys()] };
}

for (const kind of Object.keys(providers)) {
  test(`${kind}: no token is refused from before the first step to the last cache after the last`, async (t) => {
    const { verified, refused, codes } = await refusedTokens(kind, 0);
    t.diagnostic(`${verified} tokens verified, ${refused} refused`);
    assert.ok(verified > 1_000);
    assert.deepEqual([refused, codes], [0, []]);
  });
}

test("a verifier that kept the set for longer than it may would refuse tokens: the wait is needed", async () => {
  const { refused, codes } = await refusedTokens("oidc", 5);
  assert.ok(refused > 0);
  assert.deepEqual(codes, ["ERR_TOKEN_KEY_NOT_FOUND"]);
});
