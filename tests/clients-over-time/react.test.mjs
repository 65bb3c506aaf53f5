// A page with the real React, next-auth and Auth.js, and ConvexProviderWithSession.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
// The page is there before what looks for it.
import { happen, setVisible } from "../react/lib/dom.mjs";
import { ConvexProviderWithAuth } from "convex/react";
import { createElement, useMemo } from "react";
import { signOut, useSession } from "next-auth/react";
import { withRecipe } from "./lib/auth-site.mjs";
import { ours, pagesOf, session } from "./lib/react-page.mjs";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada, grace } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { keys, servers } from "./lib/world.mjs";
import { publish, refuseOnce } from "./lib/refusals.mjs";

const world = servers();
const inPage = pagesOf(world);

/** The hook of the recipe. */
function useRecipe() {
  const { data: session, update } = useSession();
  const token = session?.convexToken;
  return useMemo(
    () => ({
      isLoading: false,
      isAuthenticated: session !== null,
      fetchAccessToken: async ({ forceRefreshToken }) =>
        forceRefreshToken ? (await update())?.convexToken : token,
    }),
    // As the recipe has it: another function only for another user.
    [JSON.stringify(session?.user)],
  );
}

const recipe = (client, children) =>
  createElement(ConvexProviderWithAuth, { client, useAuth: useRecipe }, children);

const inHours = (time) => Number((time / hours(1)).toFixed(2));

const rows = [];
after(() => console.table(rows));

describe("ConvexProviderWithSession", () => {
  for (const { expiresIn, life, leeway = seconds(10), whole } of [
    { expiresIn: "10s", life: seconds(10), leeway: seconds(2), whole: minutes(10) },
    { expiresIn: "60s", life: seconds(60), whole: hours(1) },
    { expiresIn: "5m", life: minutes(5), whole: hours(4) },
    { expiresIn: "1h", life: hours(1), whole: hours(12) },
  ]) {
    const refreshes = refreshesIn(whole, { life, leeway });
    const computed = atFirst + refreshes;
    test(`${expiresIn}: ${computed} tokens in ${inHours(whole)} h, all accepted`, () =>
      inPage(
        async (page, simulation) => {
          await simulation.busily(whole, whole / 13);
          const seen = simulation.tokens();
          const client = "ConvexProviderWithSession";
          rows.push({ client, life: expiresIn, hours: inHours(whole), computed, seen });
          assert.equal(seen, computed);
          assert.equal(simulation.network.count(session), refreshes);
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn, clientOptions: { authRefreshTokenLeewaySeconds: leeway / seconds(1) } },
      ));
  }

  test("10s, as long as the leeway: no more than one each 5 s after the first, and no loop", () =>
    inPage(
      async (page, simulation) => {
        await simulation.busily(minutes(5));
        const requests = simulation.network.count(session);
        assert.ok(requests <= 4 + minutes(5) / seconds(5), `${requests}`);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "10s" },
    ));

  for (const [which, ahead] of [
    ["behind", minutes(5)],
    ["ahead", -minutes(5)],
  ]) {
    for (const [expiresIn, life] of [
      ["60s", seconds(60)],
      ["1h", hours(1)],
    ]) {
      test(`${expiresIn}, the page's clock five minutes ${which}: as with a clock that is right`, () =>
        inPage(
          async (page, simulation) => {
            const whole = life * 6;
            await simulation.busily(whole, whole / 7);
            // A page whose clock is ahead takes the session's token for one that has expired.
            const most = atFirst + refreshesIn(whole, { life });
            assert.ok([most - 1, most].includes(simulation.tokens()), `${simulation.tokens()}`);
            simulation.isSignedInAllTheTime(page, ada);
          },
          {
            expiresIn,
            setUp({ site, convex }) {
              site.ahead = ahead;
              convex.clockOffset = ahead / seconds(1);
            },
          },
        ));
    }
  }

  test("a server that takes 9 s: tokens of 60 s are replaced in time", () =>
    inPage(
      async (page, simulation) => {
        await simulation.time.pass(seconds(30));
        simulation.network.there = seconds(9);
        await simulation.busily(minutes(10), seconds(7));
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "60s" },
    ));

  for (const [what, fail] of [
    ["no network", ({ network }, fails) => (network.online = !fails)],
    ["statuses of 500", ({ site }, fails) => (site.status = fails ? 500 : undefined)],
  ]) {
    test(`${what} for some seconds at the time of a refresh: the user stays`, () =>
      inPage(
        async (page, simulation) => {
          const { time } = simulation;
          await time.pass(minutes(5) - seconds(11));
          fail(simulation, true);
          await time.pass(seconds(6));
          fail(simulation, false);
          await simulation.busily(minutes(20));
          simulation.looksSignedInAllTheTime(page, ada);
        },
        { expiresIn: "5m" },
      ));

    test(`${what} for three hours: out, few requests, and in again by itself in ten minutes`, () =>
      inPage(
        async (page, simulation) => {
          const { network, time } = simulation;
          await time.pass(minutes(4));
          fail(simulation, true);
          await time.pass(hours(3));
          assert.equal(page.states.at(-1), false);
          // Each attempt looks twice six times, and there is one in five to ten minutes.
          assert.ok(network.requests.length < 40 * 12, `${network.requests.length}`);
          fail(simulation, false);
          await time.pass(minutes(11));
          await simulation.change();
          assert.equal(page.states.at(-1), true);
          simulation.hasShownNobodyBut(page, ada);
        },
        { expiresIn: "5m" },
      ));
  }

  for (const [what, happens] of [
    ["still there", () => {}],
    ["reset by the server", ({ convex }) => convex.dropConnections()],
    ["dead, and nobody has said so", ({ network }) => network.killSockets()],
  ]) {
    test(`eight hours of sleep, the connection ${what}: the user stays`, () =>
      inPage(
        async (page, simulation) => {
          const { time } = simulation;
          await time.pass(minutes(10));
          setVisible(false);
          happens(simulation);
          time.sleep(hours(8));
          setVisible(true);
          await time.pass(seconds(90));
          await simulation.change();
          simulation.looksSignedInAllTheTime(page, ada);
          // Next-auth reads the session when the page is visible again; a refused token forces one.
          assert.ok(simulation.network.count(session) <= 4);
          await simulation.busily(hours(2));
          simulation.looksSignedInAllTheTime(page, ada);
        },
        { expiresIn: "1h" },
      ));
  }

  test("eight hours of sleep, and half a minute more without a network: in again when it is there", () =>
    inPage(
      async (page, simulation) => {
        const { convex, network, time } = simulation;
        await time.pass(minutes(10));
        setVisible(false);
        convex.dropConnections();
        network.online = false;
        time.sleep(hours(8));
        setVisible(true);
        await time.pass(seconds(30));
        network.online = true;
        happen("online");
        await time.pass(seconds(20));
        await simulation.change();
        assert.equal(page.states.at(-1), true);
        simulation.hasShownNobodyBut(page, ada);
      },
      { expiresIn: "1h" },
    ));

  test("signs out and in, as two users in turn: each is who they are", () =>
    inPage(
      async (page, simulation) => {
        for (const [name, { id }] of [
          ["grace", grace],
          ["ada", ada],
          ["ada", ada],
          ["grace", grace],
        ]) {
          await simulation.time.pass(hours(1));
          await page.act(signOut({ redirect: false }));
          assert.equal(page.states.at(-1), false);
          await simulation.time.pass(hours(1));
          await page.signIn(name);
          assert.equal(page.states.at(-1), true);
          assert.equal(page.seen.at(-1).subject, id);
        }
        // As nobody in between: what the page shows is run again before the page takes it down.
        const people = [ada, grace, ada, ada, grace];
        assert.deepEqual(simulation.ranAs, people.flatMap(({ id }) => [null, id]).slice(1));
        assert.equal(simulation.tokens(false), 0);
      },
      { expiresIn: "5m" },
    ));
});

describe("the recipe's site and hook", () => {
  const asRecipe = { site: withRecipe, provider: recipe };

  /** With what the recipe signs published, and what this package signs after it. */
  const withRecipesKey = (options, run) =>
    inPage(run, { ...asRecipe, ...options }).finally(() => publish(world, keys.jwks));

  test("six hours on a page on which nothing changes: two tokens, and the last has ended", () =>
    withRecipesKey({}, async (page, simulation) => {
      await simulation.time.pass(hours(6));
      assert.equal(simulation.tokens(), atFirst - 1);
      await simulation.change();
      assert.deepEqual(simulation.refusals, ["Convex token identity expired"]);
    }));

  test("with ConvexProviderWithSession: as many as computed, and none has ended", () =>
    withRecipesKey({ provider: ours }, async (page, simulation) => {
      await simulation.time.pass(hours(6));
      const refreshes = refreshesIn(hours(6) - seconds(1), { life: hours(1) });
      assert.equal(simulation.tokens(), atFirst + refreshes);
      await simulation.change();
      simulation.isSignedInAllTheTime(page, ada);
    }));

  test("a token that is refused within its first second: signed out, and for good", () =>
    withRecipesKey({}, async (page, simulation) => {
      await refuseOnce(simulation);
      await simulation.time.pass(hours(1));
      assert.deepEqual(page.states, [true, false]);
    }));

  test("with ConvexProviderWithSession: the user stays", () =>
    withRecipesKey({ provider: ours }, async (page, simulation) => {
      await refuseOnce(simulation);
      await simulation.time.pass(hours(1));
      simulation.looksSignedInAllTheTime(page, ada);
    }));
});
