// How often a client that stays signed in asks for a token, for lives from seconds to weeks.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada } from "./lib/site.mjs";
import { days, hours, minutes, seconds } from "./lib/time.mjs";
import { clients, servers } from "./lib/world.mjs";

const world = servers({ heartbeat: seconds(59) });

/** Someone changes what the page shows as many times, at moments that are not those of a refresh. */
const changes = 17;

/** The clients' default leeway is as long as the first of these lives. */
const lives = [
  { expiresIn: "10s", life: seconds(10), leeway: seconds(2), time: minutes(10) },
  { expiresIn: "60s", life: seconds(60), time: hours(2) },
  { expiresIn: "5m", life: minutes(5), time: hours(8) },
  { expiresIn: "1h", life: hours(1), time: hours(48) },
  { expiresIn: "24h", life: hours(24), time: days(4) },
  // Days take their time here too, and the clients share what decides on it.
  { expiresIn: "30d", life: days(30), time: days(21), only: "ConvexClient" },
];

const inHours = (time) => Number((time / hours(1)).toFixed(2));

const rows = [];
after(() => console.table(rows));

for (const kind of Object.keys(clients)) {
  describe(kind, () => {
    for (const { expiresIn, life, leeway = seconds(10), time: whole, only = kind } of lives) {
      if (only !== kind) continue;
      const computed = atFirst + refreshesIn(whole, { life, leeway });
      const what = `${expiresIn}: ${computed} tokens in ${inHours(whole)} h, all accepted`;
      test(what, () =>
        world.simulate(
          async (simulation) => {
            const options = { authRefreshTokenLeewaySeconds: leeway / seconds(1) };
            const page = simulation.open(kind, options);
            await simulation.busily(whole, whole / changes);
            const seen = simulation.network.requests.length;
            rows.push({ client: kind, life: expiresIn, hours: inHours(whole), computed, seen });
            assert.equal(seen, computed);
            assert.equal(simulation.tokens(), computed);
            simulation.isSignedInAllTheTime(page, ada);
            assert.equal(page.seen.at(-1).changes - page.seen[0].changes, changes);
            assert.equal(simulation.convex.counts.connections, 1);
          },
          { expiresIn },
        ),
      );
    }

    test("10s, as long as the leeway: one each 5 s after the first four, and no loop", () =>
      world.simulate(
        async (simulation) => {
          const page = simulation.open(kind);
          await simulation.time.pass(minutes(5));
          await simulation.change();
          // The client itself would ask again as soon as each token is accepted.
          assert.equal(simulation.network.requests.length, 1 + 4 + minutes(5) / seconds(5));
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn: "10s" },
      ));
  });
}
