// Signing out and in, by one provider and another, in one page and in two.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTokenFetcher } from "convex-token/client";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada, forcedRoute, grace, route } from "./lib/site.mjs";
import { hours, minutes } from "./lib/time.mjs";
import { clients, second, servers } from "./lib/world.mjs";

const world = servers();

for (const kind of Object.keys(clients)) {
  describe(kind, () => {
    test("signs out and in ten times, as two users in turn: each is who they are, and nobody else", () =>
      world.simulate(
        async (simulation) => {
          const { network, site, time } = simulation;
          const page = simulation.open(kind);
          const expected = [ada.id];
          for (let count = 0; count < 10; count++) {
            await time.pass(minutes(12));
            page.clearAuth();
            await time.pass(minutes(1));
            assert.equal(page.seen.at(-1).subject, null);
            site.user = site.user === ada ? grace : ada;
            page.setAuth();
            await time.pass(0);
            assert.equal(page.seen.at(-1).subject, site.user.id);
            expected.push(null, site.user.id);
          }
          assert.deepEqual(simulation.ranAs, expected);
          assert.equal(simulation.tokens(false), 0);
          // Twelve minutes see two refreshes of tokens of five; the last user has just come.
          const each = atFirst + refreshesIn(minutes(12), { life: minutes(5) });
          assert.equal(network.requests.length, 10 * each + atFirst);
        },
        { expiresIn: "5m" },
      ));

    test("moves from one provider to another, and back: accepted by each", () =>
      world.simulate(
        async (simulation) => {
          const { convex, network, site, time, defaults } = simulation;
          const page = simulation.open(kind);
          await time.pass(hours(2));
          const { issuer, keys } = second;
          site.sign({ ...defaults, issuer, privateKey: keys.privateKey });
          page.setAuth();
          await time.pass(hours(2));
          site.sign(defaults);
          page.setAuth();
          await time.pass(hours(2));
          await simulation.change();
          const each = atFirst + refreshesIn(hours(2), { life: hours(1) });
          assert.equal(network.requests.length, 3 * each);
          const used = convex.log.events.map(({ kid }) => kid).filter(Boolean);
          const changes = used.filter((kid, index) => kid !== used[index - 1]);
          assert.deepEqual(changes.length, 3);
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn: "1h" },
      ));

    test("two in one page that share a fetcher: each refreshes by its own clock", () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          const fetchToken = createTokenFetcher(route);
          const pages = [
            simulation.open(kind, {}, fetchToken),
            simulation.open(kind, {}, fetchToken),
          ];
          await time.pass(hours(6));
          await simulation.change();
          for (const page of pages) simulation.isSignedInAllTheTime(page, ada);
          const each = 1 + refreshesIn(hours(6), { life: hours(1) });
          // What is asked for at the same moment is asked for once.
          const forced = network.count(forcedRoute);
          assert.ok(forced >= each && forced <= 2 * each, `${forced}`);
        },
        { expiresIn: "1h" },
      ));
  });
}
