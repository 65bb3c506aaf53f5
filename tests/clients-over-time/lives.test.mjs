// How often a signed-in client asks for a token, for lives from seconds to weeks.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ada, forcedRoute, route } from "./lib/site.mjs";
import { days, hours, minutes, seconds } from "./lib/time.mjs";
import { clients, servers } from "./lib/world.mjs";

const world = servers({ heartbeat: seconds(50) });

/** Of the client: authentication_manager.ts. */
const longestDelay = days(20);

const rows = [];
after(() => console.table(rows));

for (const kind of Object.keys(clients)) {
  describe(kind, () => {
    for (const [expiresIn, life, leeway, time] of [
      ["10s", seconds(10), seconds(2), hours(1)],
      ["60s", seconds(60), seconds(10), hours(6)],
      ["5m", minutes(5), seconds(10), hours(12)],
      ["1h", hours(1), seconds(10), hours(48)],
      ["24h", hours(24), seconds(10), days(4)],
      ["30d", days(30), seconds(10), days(21)],
    ]) {
      test(expiresIn, async () => {
        const began = process.hrtime.bigint();
        await world.simulate(async (simulation) => {
          const page = simulation.open(kind, { authRefreshTokenLeewaySeconds: leeway / 1000 });
          await simulation.time.pass(time);
          const seen = simulation.network.count(forcedRoute) - 1;
          const computed = Math.floor(time / Math.min(life - leeway, longestDelay));
          rows.push({ client: kind, life: expiresIn, hours: time / hours(1), computed, seen, real: Number((process.hrtime.bigint()-began)/1000000n), ...simulation.convex.counts });
          assert.equal(seen, computed);
          assert.deepEqual(page.states, [true]);
        }, { expiresIn });
      });
    }
  });
}
