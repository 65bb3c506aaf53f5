// Slow and failing answers of the token route, and connections that are lost.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada, forcedRoute } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { clients, servers } from "./lib/world.mjs";

const world = servers();

describe("a token route that takes 9 s", () => {
  const answer = seconds(9);
  const whole = minutes(10);
  // Short enough that there is one between the end of a token and the next.
  const interval = seconds(7);
  // The first two tokens take twice as long.
  const tokens = atFirst + refreshesIn(whole - 2 * answer, { life: seconds(60), answer });

  test("to sign: tokens of 60 s are replaced in time, with a leeway of 10 s", () =>
    world.simulate(
      async (simulation) => {
        simulation.network.there = answer;
        const page = simulation.open();
        await simulation.busily(whole, interval);
        assert.equal(simulation.network.requests.length, tokens);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "60s" },
    ));

  test("to answer after it has signed: the user stays, though each token ends before the next", () =>
    world.simulate(
      async (simulation) => {
        simulation.network.back = answer;
        const page = simulation.open();
        await simulation.busily(whole, interval);
        // Aged 9 s when it comes, taken for new, it is replaced 10 s before its end, in 9 s more.
        assert.equal(simulation.network.requests.length, tokens);
        simulation.looksSignedInAllTheTime(page, ada);
        assert.deepEqual([...new Set(simulation.refusals)], ["Convex token identity expired"]);
      },
      { expiresIn: "60s" },
    ));

  test("to answer, with a leeway of twice as long: no token ends", () =>
    world.simulate(
      async (simulation) => {
        simulation.network.back = answer;
        const page = simulation.open("ConvexClient", { authRefreshTokenLeewaySeconds: 19 });
        await simulation.busily(whole, interval);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "60s" },
    ));
});

describe("a token route that fails", () => {
  const failures = {
    "network errors": ({ network }, fails) => (network.online = !fails),
    "statuses of 500": ({ site }, fails) => (site.status = fails ? 500 : undefined),
  };

  for (const [what, fail] of Object.entries(failures)) {
    for (const count of [1, 5]) {
      test(`${count} ${what}: the user stays`, () =>
        world.simulate(
          async (simulation) => {
            const { network, time } = simulation;
            const page = simulation.open();
            await time.pass(minutes(4));
            fail(simulation, true);
            const before = network.requests.length;
            while (network.requests.length < before + count) await time.pass(100);
            fail(simulation, false);
            await simulation.busily(minutes(26));
            const good = atFirst + refreshesIn(minutes(30), { life: minutes(5) });
            assert.equal(network.requests.length, good + count);
            simulation.looksSignedInAllTheTime(page, ada);
          },
          { expiresIn: "5m" },
        ));
    }

    test(`six ${what}: out after as many requests, and in again with setAuth`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          const page = simulation.open();
          await time.pass(minutes(4));
          fail(simulation, true);
          await time.pass(hours(1));
          assert.equal(network.requests.length, atFirst + 6);
          assert.deepEqual(page.states, [true, false]);
          fail(simulation, false);
          page.setAuth();
          await simulation.busily(minutes(10));
          assert.deepEqual(page.states, [true, false, true]);
          assert.deepEqual(simulation.ranAs, [ada.id, null, ada.id]);
          assert.equal(simulation.tokens(false), 0);
        },
        { expiresIn: "5m" },
      ));

    test(`an hour of ${what}, with retries without end: back by itself`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          const page = simulation.open("ConvexClient", {}, { retries: Infinity });
          await time.pass(minutes(4));
          fail(simulation, true);
          const before = network.requests.length;
          await time.pass(hours(1));
          const failed = network.requests.length - before;
          // The waits are between 5 and 10 s.
          assert.ok(failed > hours(1) / seconds(10) && failed < hours(1) / seconds(5), `${failed}`);
          fail(simulation, false);
          await simulation.busily(minutes(10));
          assert.deepEqual(page.states, [true]);
          assert.equal(page.seen.at(-1).subject, ada.id);
          assert.ok(!simulation.ranAs.includes(null));
        },
        { expiresIn: "5m" },
      ));
  }

  for (const [what, answer] of [
    ["401", () => new Response(null, { status: 401 })],
    ["null for a token", () => Response.json({ token: null })],
  ]) {
    test(`${what}: out at once, with one request, and in again with setAuth`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time, site } = simulation;
          const page = simulation.open();
          await time.pass(minutes(4));
          site.answerWith(answer);
          await time.pass(hours(1));
          assert.equal(network.requests.length, atFirst + 1);
          assert.deepEqual(page.states, [true, false]);
          site.sign({ ...simulation.defaults, expiresIn: "5m" });
          page.setAuth();
          await simulation.busily(minutes(10));
          assert.deepEqual(page.states, [true, false, true]);
          assert.deepEqual(simulation.ranAs, [ada.id, null, ada.id]);
        },
        { expiresIn: "5m" },
      ));
  }
});

describe("connections that are lost", () => {
  for (const kind of Object.keys(clients)) {
    test(`${kind}: forty times in four hours, and no token is asked for because of it`, () =>
      world.simulate(
        async (simulation) => {
          const { convex, network, time } = simulation;
          const page = simulation.open(kind);
          for (let count = 0; count < 40; count++) {
            await time.pass(minutes(6) - seconds(30));
            convex.dropConnections();
            await time.pass(seconds(30));
            await simulation.change();
          }
          assert.equal(convex.counts.connections, 41);
          assert.equal(
            network.requests.length,
            atFirst + refreshesIn(hours(4), { life: hours(1) }),
          );
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn: "1h" },
      ));
  }

  test("at the moment of a refresh, and for longer than the token lives", () =>
    world.simulate(
      async (simulation) => {
        const { convex, network, time } = simulation;
        const page = simulation.open("ConvexClient", {}, { retries: Infinity });
        await time.pass(minutes(5) - seconds(10) - 1);
        convex.dropConnections();
        network.online = false;
        await time.pass(minutes(20));
        network.online = true;
        await simulation.busily(minutes(30));
        simulation.looksSignedInAllTheTime(page, ada);
        assert.ok(network.count(forcedRoute) > 5);
      },
      { expiresIn: "5m" },
    ));
});
