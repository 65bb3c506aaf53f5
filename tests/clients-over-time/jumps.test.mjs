// A page whose clock jumps, as when somebody sets it, between requests and during them. Convex's client
// and the functions here go by the time that passes: the requests are those of a clock that is right.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setVisible } from "../react/lib/dom.mjs";
import { signIn, signOut } from "next-auth/react";
import { jump, jumps } from "./lib/clock.mjs";
import { pagesOf, session } from "./lib/react-page.mjs";
import { refuseOnce } from "./lib/refusals.mjs";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada, forcedRoute, grace } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { clients, servers } from "./lib/world.mjs";

const world = servers();
const inPage = pagesOf(world);

const sizes = Object.values(jumps);
/** How long each answer takes, so that there is a time during it. */
const answer = seconds(2);
const expiresIn = "5m";
/** From one refresh to the next, with the default leeway and that answer. */
const cycle = minutes(5) - seconds(10) + answer;

/** Between two refreshes the clock jumps, and during the second one again: six times, by any two sizes. */
async function jumpAllTheTime(simulation) {
  for (const [index, between] of sizes.entries()) {
    await simulation.busily(minutes(2));
    jump(simulation, between);
    await simulation.busily(cycle - answer - minutes(2));
    await simulation.time.pass(seconds(1));
    jump(simulation, sizes.at(2 - index));
    await simulation.busily(seconds(1));
  }
}

/**
 * Runs something in a page whose clock jumps during each request, and again between it and the next,
 * when the deployment is sent something.
 */
async function jumpingEachTime(simulation, run) {
  const { fetch } = globalThis;
  const socket = simulation.network.WebSocket.prototype;
  const { send } = socket;
  let fetched = 0;
  let sent = 0;
  globalThis.fetch = async (...parameters) => {
    jump(simulation, sizes[fetched++ % sizes.length]);
    return fetch(...parameters);
  };
  socket.send = function (...parameters) {
    jump(simulation, sizes[sent++ % sizes.length]);
    return send.apply(this, parameters);
  };
  try {
    await run();
  } finally {
    globalThis.fetch = fetch;
    socket.send = send;
  }
}

describe("createTokenFetcher", () => {
  for (const kind of Object.keys(clients)) {
    test(`${kind}: ${sizes.length} refreshes with a jump before and one during each: as many requests, all accepted`, () =>
      world.simulate(
        async (simulation) => {
          simulation.network.there = answer;
          const page = simulation.open(kind);
          await simulation.time.pass(2 * answer);
          await jumpAllTheTime(simulation);
          assert.equal(simulation.network.requests.length, atFirst + sizes.length);
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn },
      ));
  }

  for (const [what, size] of Object.entries(jumps)) {
    test(`${what} during the first token, and again during the second: two requests, and in`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          network.there = answer;
          const page = simulation.open("ConvexReactClient");
          await time.pass(seconds(1));
          jump(simulation, size);
          await time.pass(answer);
          assert.equal(network.requests.length, 2);
          jump(simulation, size);
          await simulation.busily(minutes(4));
          assert.equal(network.requests.length, atFirst);
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn },
      ));
  }

  test("a refusal after each jump: one forced request each, and the user stays", () =>
    world.simulate(
      async (simulation) => {
        const { network, time } = simulation;
        const page = simulation.open("ConvexReactClient");
        await time.pass(0);
        for (const [index, size] of sizes.entries()) {
          await time.pass(minutes(2));
          jump(simulation, size);
          await refuseOnce(simulation);
          assert.equal(network.requests.length, atFirst + index + 1);
          assert.equal(network.requests.at(-1).path, forcedRoute);
        }
        simulation.looksSignedInAllTheTime(page, ada);
      },
      { expiresIn },
    ));

  test("jumps during and between all requests, with tokens no longer than the leeway: one each 5 s, no loop", () =>
    world.simulate(
      async (simulation) => {
        await jumpingEachTime(simulation, async () => {
          const page = simulation.open("ConvexReactClient");
          await simulation.busily(minutes(2));
          const requests = simulation.network.requests.length;
          assert.ok(requests <= 5 + minutes(2) / seconds(5), `${requests}`);
          simulation.isSignedInAllTheTime(page, ada);
        });
      },
      { expiresIn: "10s" },
    ));

  test("another user comes during a request, and the clock jumps: nobody sees the first one's token", () =>
    world.simulate(
      async (simulation) => {
        const { network, site, time } = simulation;
        for (const size of sizes) {
          network.there = 0;
          site.user = ada;
          const page = simulation.open("ConvexReactClient");
          await time.pass(minutes(2));
          // The answer for Ada is under way when Grace is there.
          network.back = answer;
          page.setAuth();
          await time.pass(seconds(1));
          page.clearAuth();
          jump(simulation, size);
          network.back = 0;
          site.user = grace;
          page.setAuth();
          const seen = page.seen.length;
          await time.pass(minutes(1));
          await simulation.change();
          const subjects = page.seen.slice(seen).map(({ subject }) => subject);
          assert.equal(subjects.at(-1), grace.id);
          assert.ok(!subjects.includes(ada.id), `${subjects}`);
          page.clearAuth();
          await time.pass(0);
        }
      },
      { expiresIn },
    ));

  test("a network that is gone, and a jump during each try: six requests, as with a clock that is right", () =>
    world.simulate(
      async (simulation) => {
        const { network, time } = simulation;
        const page = simulation.open("ConvexReactClient");
        await time.pass(minutes(4));
        network.online = false;
        const before = network.requests.length;
        await jumpingEachTime(simulation, () => time.pass(hours(1)));
        assert.equal(network.requests.length, before + 6);
        assert.deepEqual(page.states, [true, false]);
        network.online = true;
        page.setAuth();
        await time.pass(minutes(1));
        assert.deepEqual(page.states, [true, false, true]);
      },
      { expiresIn },
    ));
});

describe("ConvexClient with initialAuthTokenReuse", () => {
  for (const [what, size] of Object.entries(jumps)) {
    test(`${what} during the first token: in, with as many tokens or one more`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          network.there = answer;
          const page = simulation.open("ConvexClient", { initialAuthTokenReuse: true });
          await time.pass(seconds(1));
          jump(simulation, size);
          await simulation.busily(minutes(12));
          // Ahead: the client takes its first token for one that has ended, and replaces it at once.
          // Back: for one that lives on, and it is the deployment's refusal that replaces it.
          assert.equal(network.requests.length, size > 0 ? 4 : 3);
          assert.equal(simulation.refusals.length, size > 0 ? 0 : 1);
          simulation.looksSignedInAllTheTime(page, ada);
        },
        { expiresIn },
      ));
  }
});

describe("ConvexProviderWithSession", () => {
  test(`${sizes.length} refreshes with a jump before and one during each: as many requests, all accepted`, () =>
    inPage(
      async (page, simulation) => {
        simulation.network.there = answer;
        await jumpAllTheTime(simulation);
        assert.equal(simulation.network.count(session), sizes.length);
        assert.equal(simulation.tokens(), atFirst + sizes.length);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn },
    ));

  for (const [what, size] of Object.entries(jumps)) {
    test(`a clock that is ${what} from the beginning: as many tokens, or one more that was not needed`, () =>
      inPage(
        async (page, simulation) => {
          await simulation.busily(minutes(6));
          const refreshes = refreshesIn(minutes(6), { life: minutes(5) });
          // A page whose clock is ahead takes the session's token for one that has ended, and the one
          // that replaces it for one too, whenever Convex asks without force.
          const asked = simulation.network.count(session);
          assert.ok([refreshes, refreshes + 1].includes(asked), `${asked} of ${refreshes}`);
          simulation.isSignedInAllTheTime(page, ada);
        },
        { expiresIn, setUp: (simulation) => jump(simulation, size) },
      ));

    test(`${what} while somebody signs in: never loading for longer than the answers take`, () =>
      inPage(
        async (page, simulation) => {
          const { network, site, time } = simulation;
          await page.act(signOut({ redirect: false }));
          network.there = answer;
          const signedIn = signIn("credentials", { name: "grace", redirect: false });
          for (let count = 0; count < 5; count++) {
            await time.pass(seconds(3));
            jump(simulation, size / 5);
          }
          await signedIn;
          await time.pass(answer);
          assert.equal(page.states.at(-1), true);
          assert.equal(page.seen.at(-1).subject, grace.id);
          assert.deepEqual(simulation.ranAs, [ada.id, null, grace.id]);
          assert.equal(site.said.length, 0, `${site.said}`);
        },
        { expiresIn },
      ));
  }

  test("a refusal after each jump: one request each, and the user stays", () =>
    inPage(
      async (page, simulation) => {
        const { network, time } = simulation;
        for (const [index, size] of sizes.entries()) {
          await time.pass(minutes(2));
          jump(simulation, size);
          await refuseOnce(simulation);
          assert.equal(network.count(session), index + 1);
        }
        simulation.looksSignedInAllTheTime(page, ada);
      },
      { expiresIn },
    ));

  test("a page that is shown again after each jump: what next-auth asks by itself, and no more", () =>
    inPage(
      async (page, simulation) => {
        const { network, time } = simulation;
        for (const size of sizes) {
          setVisible(false);
          jump(simulation, size);
          await time.pass(seconds(10));
          setVisible(true);
          await time.pass(seconds(10));
        }
        await simulation.change();
        // It asks anew when it hears from itself that it has asked.
        assert.ok(network.count(session) <= 2 * sizes.length, `${network.count(session)}`);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn },
    ));

  test("jumps during and between all requests, with tokens no longer than the leeway: one each 5 s, no loop", () =>
    inPage(
      async (page, simulation) => {
        await jumpingEachTime(simulation, () => simulation.busily(minutes(2)));
        const requests = simulation.network.count(session);
        assert.ok(requests <= 5 + minutes(2) / seconds(5), `${requests}`);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "10s" },
    ));

  test("users in turn, with a jump between them: each is who they are", () =>
    inPage(
      async (page, simulation) => {
        const expected = [ada.id];
        for (const [index, size] of sizes.entries()) {
          const [name, { id }] = index % 2 === 0 ? ["grace", grace] : ["ada", ada];
          await simulation.time.pass(minutes(7));
          jump(simulation, size);
          await page.act(signOut({ redirect: false }));
          assert.equal(page.states.at(-1), false);
          jump(simulation, -size / 2);
          await page.signIn(name);
          assert.equal(page.states.at(-1), true);
          assert.equal(page.seen.at(-1).subject, id);
          expected.push(null, id);
        }
        assert.deepEqual(simulation.ranAs, expected);
        assert.equal(simulation.tokens(false), 0);
      },
      { expiresIn },
    ));

  test("a network that is gone for an hour, and a jump during each request: few, and in again", () =>
    inPage(
      async (page, simulation) => {
        const { network, time } = simulation;
        await time.pass(minutes(4));
        network.online = false;
        await jumpingEachTime(simulation, () => time.pass(hours(1)));
        assert.equal(page.states.at(-1), false);
        assert.ok(network.requests.length < 40 * 12, `${network.requests.length}`);
        network.online = true;
        await time.pass(minutes(11));
        assert.equal(page.states.at(-1), true);
        simulation.hasShownNobodyBut(page, ada);
      },
      { expiresIn },
    ));
});
