// Machines that sleep, and tabs in the background.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { clients, servers } from "./lib/world.mjs";

const world = servers();

/** What a night does to a connection. */
const connections = {
  "still there": () => {},
  "reset by the server": ({ convex }) => convex.dropConnections(),
  "dead, and nobody has said so": ({ network }) => network.killSockets(),
};

describe("a machine that sleeps for eight hours, with tokens of one hour", () => {
  for (const kind of Object.keys(clients)) {
    for (const [what, happen] of Object.entries(connections)) {
      test(`${kind}, its connection ${what}: in, with one token more, within a minute and a half`, () =>
        world.simulate(
          async (simulation) => {
            const { network, time } = simulation;
            const page = simulation.open(kind);
            await time.pass(minutes(10));
            happen(simulation);
            time.sleep(hours(8));
            // Only a change shows to a connection that is still there that its token has ended.
            if (what === "still there") await simulation.change();
            await time.pass(seconds(90));
            await simulation.change();
            assert.equal(network.requests.length, atFirst + 1);
            assert.equal(simulation.refusals.length, 1);
            simulation.looksSignedInAllTheTime(page, ada);
          },
          { expiresIn: "1h" },
        ));
    }
  }

  test("ten nights, with an hour in between: a token for each hour, and one for each night", () =>
    world.simulate(
      async (simulation) => {
        const { network, time } = simulation;
        const page = simulation.open();
        await time.pass(minutes(10));
        for (let night = 0; night < 10; night++) {
          simulation.convex.dropConnections();
          time.sleep(hours(8));
          await time.pass(hours(1));
          await simulation.change();
        }
        // Each morning begins a new hour, in which nothing is due.
        assert.equal(network.requests.length, atFirst + 10 + 10);
        simulation.looksSignedInAllTheTime(page, ada);
      },
      { expiresIn: "1h" },
    ));

  test("wakes up half a minute before its network: in, with retries without end", () =>
    world.simulate(
      async (simulation) => {
        const { convex, network, time } = simulation;
        const page = simulation.open("ConvexClient", {}, { retries: Infinity });
        await time.pass(minutes(10));
        convex.dropConnections();
        network.online = false;
        time.sleep(hours(8));
        await time.pass(seconds(30));
        network.online = true;
        await time.pass(minutes(1));
        await simulation.change();
        simulation.looksSignedInAllTheTime(page, ada);
      },
      { expiresIn: "1h" },
    ));
});

describe("a tab in the background, whose timers fire once in a minute", () => {
  /** Half an hour in the background, with a change every 20 s. */
  async function halfAnHour(simulation, options) {
    await simulation.time.pass(seconds(30));
    const page = simulation.open("ConvexClient", options);
    await simulation.time.pass(seconds(1));
    const toForeground = simulation.time.throttle();
    try {
      for (let count = 0; count < 90; count++) {
        await simulation.time.pass(seconds(20));
        await simulation.change();
      }
    } finally {
      toForeground();
    }
    return page;
  }

  test("with a leeway of 10 s: in, though tokens end before their refresh", () =>
    world.simulate(
      async (simulation) => {
        const page = await halfAnHour(simulation);
        simulation.looksSignedInAllTheTime(page, ada);
        const most = atFirst + refreshesIn(minutes(30), { life: minutes(5) });
        assert.ok(simulation.network.requests.length <= most);
        assert.ok(simulation.refusals.length > 0);
      },
      { expiresIn: "5m" },
    ));

  test("with a leeway of 70 s: no token ends", () =>
    world.simulate(
      async (simulation) => {
        const page = await halfAnHour(simulation, { authRefreshTokenLeewaySeconds: 70 });
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "5m" },
    ));
});
