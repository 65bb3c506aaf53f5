// A page that has the hook made of a `useSession` of the test's own, in time that is the test's own too.
import { mock } from "node:test";
import { createElement, useSyncExternalStore } from "react";
// The page is there before what looks for it.
import { consoleDuring } from "./dom.mjs";
import { mount } from "./render.mjs";
import { createUseAuth } from "convex-token/react";

export const unforced = { forceRefreshToken: false };
export const forced = { forceRefreshToken: true };

/** A token that says whose it is; nobody verifies it here. */
export const tokenFor = (sub, jti) =>
  ["e30", btoa(JSON.stringify({ sub, jti, exp: 9_999_999_999 })), "e"].join(".");

/** A session store, and `update()` as each test has it. */
export class Sessions {
  updates = 0;
  #changed = new Set();
  state;

  constructor(token) {
    this.set({ status: "authenticated", data: token ? { convexToken: token } : { user: {} } });
  }

  set(state) {
    this.state = { update: () => this.update(), ...state };
    for (const changed of this.#changed) changed();
  }

  async update() {
    this.updates++;
    return this.onUpdate();
  }

  useSession = () =>
    useSyncExternalStore(
      (changed) => {
        this.#changed.add(changed);
        return () => this.#changed.delete(changed);
      },
      () => this.state,
    );
}

/** Lets what is ready happen: promises and React, but no timer of the test. */
export async function breathe() {
  for (let number = 0; number < 20; number++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass. */
export async function pass(milliseconds) {
  const step = milliseconds > 100_000 ? 10_000 : 250;
  for (let passed = 0; passed < milliseconds; passed += step) {
    mock.timers.tick(step);
    await breathe();
  }
}

/** Runs a test in a page, whose server does not answer unless it is given how. */
export async function inPage(sessions, run, { answer, ...options } = {}) {
  const pageFetch = globalThis.fetch;
  const noNetwork = async () => Promise.reject(new TypeError("no network"));
  globalThis.fetch = answer ?? noNetwork;
  mock.timers.enable({ apis: ["setTimeout"] });
  const useAuth = createUseAuth(sessions.useSession, options);
  const page = { renders: [] };
  const Page = () => {
    page.auth = useAuth();
    page.renders.push(page.auth);
    return null;
  };
  const { unmount } = mount(createElement(Page));
  page.unmount = unmount;
  try {
    await breathe();
    return await consoleDuring(() => run(page));
  } finally {
    unmount();
    await breathe();
    mock.timers.reset();
    globalThis.fetch = pageFetch;
  }
}
