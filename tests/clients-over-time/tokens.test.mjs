// Which token comes: keys that rotate, a token that is refused as soon as it is there, and the same
// token again, as the widely copied recipe gives it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKeys, jwksFromKey } from "convex-token";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { publish, refuseOnce } from "./lib/refusals.mjs";
import { recipeFetcher, recipeSite } from "./lib/recipe.mjs";
import { ada } from "./lib/site.mjs";
import { hours, minutes } from "./lib/time.mjs";
import { clients, keys, servers } from "./lib/world.mjs";

const world = servers();

for (const kind of Object.keys(clients)) {
  describe(`${kind} while keys rotate`, () => {
    const next = generateKeys({ algorithm: "EdDSA" });
    const both = jwksFromKey([next.privateKey, keys.privateKey]);

    test("published, signed with, retired, an hour in between: no token is refused", () =>
      world.simulate(
        async (simulation) => {
          const { convex, network, site, time, defaults } = simulation;
          const page = simulation.open(kind);
          await time.pass(minutes(90));
          await publish(simulation, both);
          await time.pass(hours(1));
          site.sign({ ...defaults, privateKey: [next.privateKey, keys.privateKey] });
          await time.pass(hours(1));
          await publish(simulation, next.jwks);
          await time.pass(minutes(90));
          await publish(simulation, keys.jwks);
          assert.equal(
            network.requests.length,
            atFirst + refreshesIn(hours(5), { life: hours(1) }),
          );
          simulation.isSignedInAllTheTime(page, ada);
          const used = convex.log.events.map(({ kid }) => kid).filter(Boolean);
          assert.deepEqual([...new Set(used)], [keys.kid, next.kid]);
        },
        { expiresIn: "1h" },
      ));

    test("replaced at once, and connections are lost: one token is refused, and the user stays", () =>
      world.simulate(
        async (simulation) => {
          const { convex, network, site, time, defaults } = simulation;
          const page = simulation.open(kind);
          await time.pass(minutes(20));
          await publish(simulation, next.jwks);
          site.sign({ ...defaults, privateKey: next.privateKey });
          convex.dropConnections();
          await time.pass(minutes(1));
          await publish(simulation, keys.jwks);
          assert.equal(network.requests.length, atFirst + 1);
          assert.equal(simulation.tokens(false), 1);
          simulation.looksSignedInAllTheTime(page, ada);
        },
        { expiresIn: "1h" },
      ));
  });
}

/** Who signs, and who fetches: the recipe, or this package. */
const sites = {
  "the recipe's site": (simulation) => recipeSite(simulation),
  "tokenRoute()": () => {},
};
const fetchers = { "the recipe's fetcher": recipeFetcher, "createTokenFetcher()": {} };

describe("two tokens that are forced within a second", () => {
  for (const kind of Object.keys(clients)) {
    for (const [site, sign] of Object.entries(sites)) {
      for (const [fetcher, fetchToken] of Object.entries(fetchers)) {
        const isRecipe = site.startsWith("the recipe") && fetcher.startsWith("the recipe");
        test(`${kind}, ${site}, ${fetcher}: ${isRecipe ? "signed out" : "the user stays"}`, () =>
          world.simulate(
            async (simulation) => {
              await sign(simulation);
              const page = simulation.open(kind, {}, fetchToken);
              try {
                await refuseOnce(simulation);
                if (isRecipe) {
                  assert.deepEqual(page.states, [true, false]);
                  assert.equal(page.seen.at(-1).subject, null);
                } else {
                  simulation.looksSignedInAllTheTime(page, ada);
                }
              } finally {
                await publish(simulation, keys.jwks);
              }
            },
            { expiresIn: "1h" },
          ));
      }
    }
  }
});

describe("six hours of a page on which nothing changes, with tokens of one hour", () => {
  const refreshes = refreshesIn(hours(6), { life: hours(1) });

  for (const [site, sign] of Object.entries(sites)) {
    for (const [fetcher, fetchToken] of Object.entries(fetchers)) {
      const ofRecipe = [site, fetcher].filter((name) => name.startsWith("the recipe")).length;
      // The recipe's second token is its first, and the client refreshes no more. This package's
      // fetcher asks once more, a second later.
      const isRecipe = ofRecipe === 2;
      const asksAgain = site.startsWith("the recipe") && !isRecipe;
      const tokens = isRecipe ? atFirst : atFirst + (asksAgain ? 1 : 0) + refreshes;
      const end = isRecipe ? "and the last has ended five hours ago" : "and none has ended";
      test(`${site}, ${fetcher}: ${tokens} tokens, ${end}`, () =>
        world.simulate(
          async (simulation) => {
            await sign(simulation);
            const page = simulation.open("ConvexClient", {}, fetchToken);
            try {
              await simulation.time.pass(hours(6));
              assert.equal(simulation.network.requests.length, tokens);
              await simulation.change();
              const expired = ["Convex token identity expired"];
              assert.deepEqual(simulation.refusals, isRecipe ? expired : []);
              simulation.looksSignedInAllTheTime(page, ada);
            } finally {
              await publish(simulation, keys.jwks);
            }
          },
          { expiresIn: "1h" },
        ));
    }
  }
});
