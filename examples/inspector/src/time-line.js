/** The life of a token beside the present: a line to look at, and the same in words. */
import { heading, make } from "./dom.js";
import { dateOf, fromNow, lengthInWords } from "./times.js";

/** @type {Record<string, { label: string }>} */
const names = {
  iat: { label: "Issued at" },
  nbf: { label: "Not before" },
  exp: { label: "Expires" },
};

/** Where the life of a token begins and ends on the line, in hundredths. */
const START = 18;
const END = 82;
/** Names nearer than this share a place. */
const NEAR = 9;

/**
 * @param {Record<string, unknown>} claims
 * @param {boolean} isPresent whether the time is now, rather than one that was asked for
 * @returns {{ element: HTMLElement, update: (now: number) => void }}
 */
export function timeLine(claims, isPresent) {
  const times = Object.keys(names).flatMap((name) => {
    const at = claims[name];
    return typeof at === "number" && Number.isFinite(at) ? [{ name, at }] : [];
  });
  const place = placesBy(times);
  const present = isPresent ? "Now" : "As of";

  const spots = spotsOf(times, place);
  const marker = make("span.line-now", {}, make("span.line-label", {}, present.toLowerCase()));
  const line = make(
    "div.line",
    {},
    make("span.line-life"),
    ...spots.map(({ at, label }) => {
      const spot = make("span.line-spot", {}, make("span.line-label", {}, label));
      spot.style.setProperty("--at", `${at}`);
      return spot;
    }),
    marker,
  );
  line.setAttribute("aria-hidden", "true");

  const state = make("p.line-state");
  const rows = times.map(({ name, at }) => ({ name, at, words: make("span.muted") }));
  const current = make("span");
  const list = make(
    "dl.times",
    {},
    ...rows.map(({ name, at, words }) =>
      make(
        "div",
        {},
        make("dt", {}, names[name]?.label ?? name, " ", make("code", {}, name)),
        make("dd", {}, dateOf(at), " ", words),
      ),
    ),
    make("div", {}, make("dt", {}, present), make("dd", {}, current)),
  );

  const element = make("section.card", {}, heading("h2", "Times"), state, line, list);
  if (times.length === 0) line.remove();
  return {
    element,
    update(now) {
      marker.style.setProperty("--at", `${place(now)}`);
      for (const { at, words } of rows) setText(words, `(${fromNow(at - now)})`);
      setText(current, dateOf(now));
      const { words, kind } = stateOf(claims, now);
      setText(state, words);
      line.dataset.state = kind;
    },
  };
}

/**
 * How a token stands at a time: Convex's rules are in the checks, this is what the claims say.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} now
 */
function stateOf({ iat, nbf, exp }, now) {
  if (typeof exp !== "number") return { kind: "none", words: "The token has no time of expiry." };
  const hasLife = typeof iat === "number" && exp > iat;
  const life = hasLife ? `, after a life of ${lengthInWords(exp - iat)}` : "";
  if (now >= exp) return { kind: "over", words: `Expired ${fromNow(exp - now)}${life}.` };
  const start = Math.max(...[iat, nbf].map((at) => (typeof at === "number" ? at : -Infinity)));
  if (now < start) return { kind: "early", words: `Begins ${fromNow(start - now)}.` };
  return { kind: "within", words: `Expires ${fromNow(exp - now)}${life}.` };
}

/**
 * Places on the line, by time: even within the life of a token, and ever denser before and after it,
 * so that a token which expired years ago still has a life to be seen.
 *
 * @param {{ name: string, at: number }[]} times
 * @returns {(time: number) => number}
 */
function placesBy(times) {
  const all = times.map(({ at }) => at);
  const end = times.find(({ name }) => name === "exp")?.at ?? Math.max(...all);
  const first = Math.min(...all, end);
  const start = first < end ? first : end - 3600;
  const life = end - start;
  return (time) => {
    if (time < start) return START * (1 - (start - time) / (start - time + life));
    if (time > end) return END + (98 - END) * ((time - end) / (time - end + life));
    return START + ((END - START) * (time - start)) / life;
  };
}

/**
 * The names on the line, those at one place together.
 *
 * @param {{ name: string, at: number }[]} times
 * @param {(time: number) => number} place
 */
function spotsOf(times, place) {
  /** @type {{ at: number, label: string }[]} */
  const spots = [];
  const inOrder = times
    .map(({ name, at }) => ({ name, at: place(at) }))
    .sort((a, b) => a.at - b.at);
  for (const { name, at } of inOrder) {
    const last = spots.at(-1);
    if (last && at - last.at < NEAR) last.label += `, ${name}`;
    else spots.push({ at, label: name });
  }
  return spots;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
