// A client that is made long after its page was opened. A file of its own, since `convex` keeps the
// time of the first client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada } from "./lib/site.mjs";
import { hours, minutes } from "./lib/time.mjs";
import { servers } from "./lib/world.mjs";

const world = servers();

/**
 * `monotonicMillis` of `convex` 1.48 adds the time since the page was opened to that of the first
 * client: its clock is ten minutes ahead, and so is the first refresh behind.
 */
test("with initialAuthTokenReuse its first token ends before it is replaced; the user stays", () =>
  world.simulate(
    async (simulation) => {
      await simulation.time.pass(minutes(10));
      const page = simulation.open("ConvexClient", { initialAuthTokenReuse: true });
      await simulation.busily(hours(3));
      assert.deepEqual(simulation.refusals, ["Convex token identity expired"]);
      simulation.looksSignedInAllTheTime(page, ada);
    },
    { expiresIn: "1h" },
  ));

test("without that option its tokens are replaced in time", () =>
  world.simulate(
    async (simulation) => {
      await simulation.time.pass(minutes(10));
      const page = simulation.open("ConvexClient");
      await simulation.busily(hours(3));
      assert.equal(
        simulation.network.requests.length,
        atFirst + refreshesIn(hours(3), { life: hours(1) }),
      );
      simulation.isSignedInAllTheTime(page, ada);
    },
    { expiresIn: "1h" },
  ));
