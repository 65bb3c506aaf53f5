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

let lines;
for (const level of ["debug", "warn", "error"]) {
  const write = console[level];
  // Before next-auth is loaded, which keeps the functions that it finds.
  console[level] = (...parts) =>
    lines ? lines.push({ level, text: parts.join(" ") }) : write(...parts);
}

/** What is written to the console while something runs; `ours` are the lines of this package. */
export async function consoleDuring(run) {
  const written = (lines = []);
  try {
    await run();
  } finally {
    lines = undefined;
  }
  const ours = (wanted) =>
    written
      .filter(({ level, text }) => level === wanted && text.startsWith("[convex-token]"))
      .map(({ text }) => text);
  return { lines: written, ours };
}
