// A clock that jumps by years, back and forth: what is handed out is always valid by the clock as it is then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createIssuer, decodeConvexToken } from "convex-token";
import { algorithms, issuer, keys } from "./fixtures.mjs";

const YEAR = 365 * 24 * 3600;
const START = 1_700_000_000;

/** How far a clock may go back without a kept token counting as one of later: what Convex tolerates. */
const TOLERANCE = 5;

/** Jumps that every run makes alike: a linear congruential generator, its high bits. */
function* jumps(count) {
  let state = 7;
  for (let made = 0; made < count; made += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const kind = state >>> 29;
    const size = (state >>> 8) & 0xffff;
    yield kind < 3 ? 0 : kind < 5 ? (size % 90) - 30 : ((size % 21) - 10) * YEAR + (size % 61) - 30;
  }
}

for (const algorithm of algorithms) {
  for (const unit of ["seconds", "Date"]) {
    test(`${algorithm}, clock in ${unit}: no token is expired, of later than Convex tolerates, or without a life`, () => {
      let now = START;
      const clock = () => (unit === "Date" ? new Date(now * 1000 + 999) : now);
      const { privateKey } = keys[algorithm];
      const own = createIssuer({ privateKey, issuer, expiresIn: 60, notBefore: 0, now: clock });
      let reused = 0;
      let last;
      for (const jump of jumps(400)) {
        now = Math.max(1, Math.min(now + jump, START + 40 * YEAR));
        const token = own.token({ sub: "u" });
        const { iat, nbf, exp } = decodeConvexToken(token).claims;
        assert.ok(
          iat <= now + TOLERANCE && nbf <= now + TOLERANCE && now < exp,
          JSON.stringify({ iat, nbf, exp, now }),
        );
        assert.equal(exp, iat + 60);
        assert.equal(own.verify(token).claims.sub, "u");
        reused += token === last ? 1 : 0;
        last = token;
        const fresh = decodeConvexToken(own.sign({ sub: "u" })).claims;
        assert.deepEqual([fresh.iat, fresh.exp], [now, now + 60]);
      }
      // Reuse is what is tested.
      assert.ok(reused > 20, `${reused} were reused`);
    });
  }
}
