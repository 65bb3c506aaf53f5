// A page for React: jsdom's, with Node's own fetch, which takes the page's relative addresses.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><div></div>", {
  url: "http://page.test/",
  pretendToBeVisual: true,
});

// Next-auth sends what it logs to its server; without this, by a request whose failure nobody hears.
window.navigator.sendBeacon = () => true;

const nodeFetch = globalThis.fetch;
let origin;

/** Says which server the page's own addresses are of. */
export function servePageFrom(url) {
  origin = url;
}

/** A channel that no process waits for. */
class PageChannel extends globalThis.BroadcastChannel {
  constructor(name) {
    super(name);
    this.unref();
  }
}

const page = {
  window,
  document: window.document,
  navigator: window.navigator,
  location: window.location,
  localStorage: window.localStorage,
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  BroadcastChannel: PageChannel,
  fetch: (input, init) => nodeFetch(new URL(input, origin), init),
};
for (const [name, value] of Object.entries(page)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** Lets something happen to the page: `online`, `offline`, `focus`, `pageshow`. */
export function happen(name) {
  window.dispatchEvent(new window.Event(name));
}

/** Shows or hides the page, as changing tabs and waking up do. */
export function setVisible(visible) {
  const state = visible ? "visible" : "hidden";
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new window.Event("visibilitychange"));
}

/** What is written to the console while something runs. */
export async function consoleDuring(run) {
  const levels = ["error", "warn", "debug"];
  const before = levels.map((level) => console[level]);
  const lines = [];
  for (const level of levels) console[level] = (...parts) => lines.push([level, parts.join(" ")]);
  try {
    await run();
  } finally {
    levels.forEach((level, index) => (console[level] = before[index]));
  }
  return {
    /** Those of this package, by their level. */
    ours: (level) =>
      lines
        .filter(([at, text]) => at === level && text.startsWith("[convex-token]"))
        .map(([, t]) => t),
    lines,
  };
}
