// Clocks that differ by five minutes: the page's, the site's (which signs) and the deployment's (which
// judges).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { clients, second, servers } from "./lib/world.mjs";

const world = servers();

/** Sets the clocks of site and deployment, in milliseconds ahead of the page's. */
function setClocks({ site, convex }, { siteAhead = 0, deploymentAhead = 0 }) {
  site.ahead = siteAhead;
  convex.clockOffset = deploymentAhead / seconds(1);
}

for (const [which, ahead] of [
  ["five minutes behind", minutes(5)],
  ["five minutes ahead", -minutes(5)],
]) {
  describe(`a page whose clock is ${which}`, () => {
    for (const [expiresIn, life, leeway] of [
      ["10s", seconds(10), seconds(2)],
      ["60s", seconds(60), seconds(10)],
      ["1h", hours(1), seconds(10)],
    ]) {
      for (const initialAuthTokenReuse of [false, true]) {
        const time = Math.min(life * 8, hours(3));
        // With that option the first token is kept until its own end.
        const computed =
          (initialAuthTokenReuse ? 1 : atFirst) + refreshesIn(time, { life, leeway });
        const how = initialAuthTokenReuse ? ", with initialAuthTokenReuse" : "";
        test(`${expiresIn}: ${computed} tokens, as with a clock that is right${how}`, () =>
          world.simulate(
            async (simulation) => {
              setClocks(simulation, { siteAhead: ahead, deploymentAhead: ahead });
              const page = simulation.open("ConvexClient", {
                initialAuthTokenReuse,
                authRefreshTokenLeewaySeconds: leeway / seconds(1),
              });
              await simulation.busily(time);
              assert.equal(simulation.network.requests.length, computed);
              simulation.isSignedInAllTheTime(page, ada);
            },
            { expiresIn },
          ));
      }
    }
  });
}

describe("a site whose clock is five minutes ahead of the deployment's", () => {
  const ahead = { siteAhead: minutes(5) };

  test("oidc: accepted, as Convex looks at no `iat`; each token only lives longer than it says", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, ahead);
        const page = simulation.open();
        await simulation.busily(hours(2));
        const computed = atFirst + refreshesIn(hours(2), { life: hours(1) });
        assert.equal(simulation.network.requests.length, computed);
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "1h" },
    ));

  test("customJwt: refused for its `iat` in the future; four tokens, and out", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, ahead);
        const page = simulation.open();
        await simulation.busily(hours(1));
        assert.equal(simulation.network.requests.length, 4);
        assert.equal(simulation.tokens(false), 4);
        assert.deepEqual(page.states, [false]);
        assert.deepEqual(simulation.ranAs, [null]);
      },
      { expiresIn: "1h", issuer: second.issuer, privateKey: second.keys.privateKey },
    ));

  test("customJwt, four seconds: within Convex's tolerance", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, { siteAhead: seconds(4) });
        const page = simulation.open();
        await simulation.busily(hours(2));
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "1h", issuer: second.issuer, privateKey: second.keys.privateKey },
    ));
});

describe("a site whose clock is five minutes behind the deployment's", () => {
  const behind = { siteAhead: -minutes(5) };

  test("5m: each token has ended when it comes; four tokens, and out", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, behind);
        const page = simulation.open();
        await simulation.busily(hours(1));
        assert.equal(simulation.network.requests.length, 4);
        assert.equal(simulation.tokens(false), 4);
        assert.deepEqual(page.states, [false]);
      },
      { expiresIn: "5m" },
    ));

  test("1h: in; tokens end five minutes before the client expects it, and are replaced then", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, behind);
        const page = simulation.open();
        await simulation.busily(hours(4));
        simulation.looksSignedInAllTheTime(page, ada);
        assert.deepEqual([...new Set(simulation.refusals)], ["Convex token identity expired"]);
        const most = atFirst + refreshesIn(hours(4), { life: minutes(55) });
        assert.ok(simulation.network.requests.length <= most);
      },
      { expiresIn: "1h" },
    ));

  test("1h, with a leeway of five minutes more: no token ends", () =>
    world.simulate(
      async (simulation) => {
        setClocks(simulation, behind);
        const page = simulation.open("ConvexClient", { authRefreshTokenLeewaySeconds: 310 });
        await simulation.busily(hours(4));
        simulation.isSignedInAllTheTime(page, ada);
      },
      { expiresIn: "1h" },
    ));
});

describe("a token that the route has handed out before", () => {
  for (const kind of Object.keys(clients)) {
    test(`${kind}: is replaced at once; with initialAuthTokenReuse, before its own end`, () =>
      world.simulate(
        async (simulation) => {
          const { network, time } = simulation;
          simulation.open(kind);
          await time.pass(minutes(25));
          const before = network.requests.length;
          const reusing = simulation.open(kind, { initialAuthTokenReuse: true });
          await time.pass(minutes(35) - seconds(10) - 1);
          assert.equal(network.requests.length, before + 1);
          await time.pass(1);
          // Of the first page too, whose second token is as old as that of the other.
          assert.equal(network.requests.length, before + 3);
          simulation.isSignedInAllTheTime(reusing, ada);
        },
        { expiresIn: "1h" },
      ));
  }
});
