// convex-token/react: the hook and the provider, rendered with sessions and refreshes of every kind.
// Before React, which looks at what is global.
import { pass } from "../world.mjs";
import { ConvexReactClient } from "convex/react";
import { act, createElement } from "react";
import { create } from "react-test-renderer";
import { createTokenFetcher as ofClient } from "convex-token/client";
import { ConvexProviderWithSession, createTokenFetcher, createUseAuth } from "convex-token/react";
import { isText, tokens } from "../material.mjs";
import { never, throwOf } from "../values.mjs";
import { callsOf, ended, fetchOf, retryOf, routeTokenOf, watch } from "./client.mjs";
import { giving, oddValue, perhapsOdd, throwing } from "./odd.mjs";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

// A page, as far as anything here looks at it.
globalThis.window ??= new EventTarget();
globalThis.document ??= Object.assign(new EventTarget(), { visibilityState: "visible" });

/** A socket that never opens. */
class Silence extends EventTarget {
  readyState = 0;
  send() {}
  close() {}
}

// ---- Sessions ---------------------------------------------------------------------------------

const users = [
  { id: "user_1", name: "Ada", email: "ada@example.com" },
  { id: 7 },
  { id: { toString: 1, valueOf: 1 } },
  { id: [], email: {} },
  { email: "ada@example.com" },
];

const dataOf = (random) =>
  random.of([
    () => ({ user: random.of(users), convexToken: routeTokenOf(random) }),
    () => ({ user: random.of(users), convexToken: routeTokenOf(random) }),
    () => ({ user: random.of(users), convexToken: tokens[0] }),
    () => ({ user: random.of(users), convexTokenError: random.of(["ERR_KEY_MISSING", tokens[0], 7, {}]) }),
    () => ({ convexToken: random.of([7, {}, [], true]) }),
    () => ({}),
    () => null,
    () => undefined,
  ])(); // prettier-ignore

/** A state of `useSession`. */
function stateOf(random) {
  const data = perhapsOdd(random, dataOf(random), 20);
  const status = data ? "authenticated" : "unauthenticated";
  const updated = () => perhapsOdd(random, dataOf(random), 20);
  const update = random.of([
    async () => updated(),
    async () => updated(),
    giving(random, updated()),
    never,
    throwing(random),
    undefined,
  ]);
  const state = { data, status: random.percent(85) ? status : "loading", update };
  return perhapsOdd(random, state, 20);
}

/**
 * The same with getters that answer alike each time. With a user who is another one at each look, React
 * and Convex's provider render for ever, by all that they know.
 */
function steady(value, depth = 0) {
  try {
    if (value?.constructor !== Object || depth > 3) return value;
    for (const [name, { get, value: held }] of Object.entries(
      Object.getOwnPropertyDescriptors(value),
    )) {
      if (get === undefined) steady(held, depth + 1);
      else Object.defineProperty(value, name, { get: once(get, depth), enumerable: true });
    }
  } catch {
    // What cannot be looked at.
  }
  return value;
}

function once(get, depth) {
  let answer;
  return () => (answer ??= [steady(get(), depth + 1)])[0];
}

/** What `useSession` gives, render by render. */
function useSessionOf(random) {
  const states = Array.from({ length: 1 + random.below(4) }, () =>
    random.percent(3) ? oddValue(random) : steady(stateOf(random)),
  );
  // React itself looks at what is thrown.
  const throws = random.percent(2) ? () => throwOf(new Error("of the hook")) : undefined;
  return {
    states,
    useSession: (index) => throws?.() ?? states[Math.min(index, states.length - 1)],
  };
}
useSessionOf.isExact = true;

const optionsOf = (random) => ({
  sessionUrl: random.of([undefined, "/auth/session", ""]),
  ...(random.percent(60) ? {} : retryOf(random)),
});

const fetchOfPage = (random) => fetchOf(random);
fetchOfPage.isExact = true;

const events = [
  () => window.dispatchEvent(new Event("online")),
  () => window.dispatchEvent(new Event("focus")),
  () => window.dispatchEvent(new Event("pageshow")),
  () => document.dispatchEvent(new Event("visibilitychange")),
];

const eventsOf = (random) => Array.from({ length: random.below(3) }, () => random.of(events));
eventsOf.isExact = true;

// ---- Lives ------------------------------------------------------------------------------------

/** Renders; an error of several is the first of them. */
async function rendered(run) {
  try {
    await act(async () => run());
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** The life of a page with the hook: renders, questions, events, the end. */
async function livesOfHook({ states, useSession }, options, fetch, calls, happenings) {
  globalThis.fetch = fetch;
  let index = 0;
  let auth;
  const useAuth = createUseAuth(
    typeof useSession === "function" ? () => useSession(index) : useSession,
    options,
  );
  const Page = () => {
    auth = useAuth();
    return null;
  };
  const requests = watch();
  const asked = [];
  const seen = [];
  let root;
  await rendered(() => (root = create(createElement(Page))));
  try {
    for (; index < states.length; index += 1) {
      await rendered(() => root.update(createElement(Page)));
      seen.push(auth);
      const call = calls[index];
      if (call === undefined) continue;
      const answer = auth.fetchAccessToken(call.args);
      asked.push(answer);
      if (call.isAlone) await rendered(() => ended(answer, options));
      if (call.wait > 0) await rendered(() => pass(call.wait));
    }
    for (const happen of happenings) await rendered(happen);
  } finally {
    await rendered(() => root.unmount());
  }
  const given = [];
  for (const answer of asked) given.push(await ended(answer, options));
  requests.check(calls.length + happenings.length);
  return { seen, given };
}

function isLife({ seen, given }) {
  const isAuth = ({ isLoading, isAuthenticated, fetchAccessToken }) =>
    typeof isLoading === "boolean" &&
    typeof isAuthenticated === "boolean" &&
    typeof fetchAccessToken === "function";
  return seen.every(isAuth) && given.every((one) => one === null || (isText(one) && one !== ""));
}

/** A page with Convex's provider and its client, which asks by itself. */
async function livesOfProvider({ states, useSession }, options, fetch, happenings) {
  globalThis.fetch = fetch;
  const client = new ConvexReactClient("https://happy-animal-123.convex.cloud", {
    webSocketConstructor: Silence,
    logger: false,
    unsavedChangesWarning: false,
  });
  let index = 0;
  const use = typeof useSession === "function" ? () => useSession(index) : useSession;
  const element = () =>
    createElement(ConvexProviderWithSession, { client, useSession: use, options }, "page");
  const requests = watch();
  let root;
  try {
    await rendered(() => (root = create(element())));
    for (; index < states.length; index += 1) {
      await rendered(() => root.update(element()));
      await rendered(() => pass(1_000));
    }
    for (const happen of happenings) await rendered(happen);
    const shown = root.toJSON();
    requests.check(states.length + happenings.length);
    return shown;
  } finally {
    if (root !== undefined) await rendered(() => root.unmount());
    // Its end waits for the socket's.
    client.close().catch(() => {});
  }
}

const sameFetcher = async () => createTokenFetcher === ofClient;

export const operations = [
  ["createUseAuth", livesOfHook, [useSessionOf, optionsOf, fetchOfPage, callsOf, eventsOf], isLife, 40],
  ["ConvexProviderWithSession", livesOfProvider, [useSessionOf, optionsOf, fetchOfPage, eventsOf], (shown) => shown === "page", 20],
  ["createTokenFetcher", sameFetcher, [], (same) => same, 1],
]; // prettier-ignore
