// A page with the real React, next-auth and Auth.js, and ConvexProviderWithSession.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ConvexProviderWithAuth,
  ConvexReactClient,
  useConvexAuth,
  useQuery,
} from "convex/react";
import { createElement, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { SessionProvider, signIn, signOut, useSession } from "next-auth/react";
import { ConvexProviderWithSession } from "convex-token/react";
import { happen, setVisible } from "../react/lib/dom.mjs";
import { withAuth, withRecipe } from "./lib/auth-site.mjs";
import { atFirst, refreshesIn } from "./lib/rule.mjs";
import { ada, grace } from "./lib/site.mjs";
import { hours, minutes, seconds } from "./lib/time.mjs";
import { servers, shown } from "./lib/world.mjs";

const world = servers();

const ours = (client, children) =>
  createElement(ConvexProviderWithSession, { client, useSession }, children);

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

/** Runs a test in a page in which Ada signs in. */
function inPage(run, { signing, clientOptions, provider = ours, site = withAuth, before } = {}) {
  return world.simulate(async (simulation) => {
    site(simulation, signing);
    before?.(simulation);
    const { convex, network, time } = simulation;
    const client = new ConvexReactClient(convex.url, simulation.clientOptions(clientOptions));
    const page = { states: [], seen: [] };
    function Page() {
      network.events++;
      const { isLoading, isAuthenticated } = useConvexAuth();
      const state = isLoading ? "loading" : isAuthenticated;
      if (state !== page.states.at(-1)) page.states.push(state);
      const seen = useQuery(shown, isAuthenticated ? {} : "skip");
      if (seen && seen !== page.seen.at(-1)) page.seen.push(seen);
      return null;
    }
    const root = createRoot(document.querySelector("div"));
    const element = createElement(SessionProvider, null, provider(client, createElement(Page)));
    simulation.endWith({
      close() {
        root.unmount();
        return client.close();
      },
    });
    page.signIn = async (name) => {
      const signedIn = signIn("credentials", { name, redirect: false });
      await time.pass(seconds(1));
      await signedIn;
    };
    root.render(element);
    await time.pass(0);
    await page.signIn("ada");
    page.signedInAt = time.passed - seconds(1);
    // What was seen of nobody is no part of the test.
    page.states.splice(0, page.states.length - 1);
    convex.log.clear();
    await run(Object.assign(page, { client, ...simulation }), simulation);
    assert.deepEqual(world.site.said, []);
  });
}

describe("ConvexProviderWithSession", () => {
  test("probe", () =>
    inPage(
      async (page, simulation) => {
        await simulation.time.pass(hours(1));
        process.stdout.write(JSON.stringify([simulation.network.requests, page.states, page.seen, simulation.ranAs, simulation.convex.counts])+"\n");
      },
      { signing: { expiresIn: "5m" } },
    ));
});
