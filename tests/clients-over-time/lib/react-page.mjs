// A page with the real React, next-auth and Auth.js, in a simulation.
// The page is there before what looks for it.
import "../../react/lib/dom.mjs";
import { ConvexReactClient, useConvexAuth, useQuery } from "convex/react";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { SessionProvider, signIn, useSession } from "next-auth/react";
import { ConvexProviderWithSession } from "convex-token/react";
import { withAuth } from "./auth-site.mjs";
import { shown } from "./world.mjs";

/** Where next-auth reads the session. */
export const session = "/api/auth/session";

export const ours = (client, children) =>
  createElement(ConvexProviderWithSession, { client, useSession }, children);

/**
 * Makes what runs a test in a page in which Ada has just signed in.
 *
 * @param {object} world as `servers` starts it
 */
export function pagesOf(world) {
  return (run, { expiresIn, clientOptions, provider = ours, site = withAuth, setUp } = {}) =>
    world.simulate(async (simulation) => {
      await site(simulation, { expiresIn });
      await setUp?.(simulation);
      const { convex, network, time } = simulation;
      // React renders, and runs effects, in turns of their own.
      network.turnsToRest = 8;
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
      simulation.endWith({
        close() {
          root.unmount();
          return client.close();
        },
      });
      /** Does what next-auth does with requests, in no time. */
      page.act = async (promise) => {
        await time.pass(0);
        await promise;
        await time.pass(0);
      };
      page.signIn = (name) => page.act(signIn("credentials", { name, redirect: false }));
      root.render(createElement(SessionProvider, null, provider(client, createElement(Page))));
      await time.pass(network.there);
      await page.signIn("ada");
      // How the page came to this is no part of the tests.
      page.states.splice(0, page.states.length - 1);
      network.requests = [];
      await run(page, simulation);
    });
}
