/** What `explainToken` says, for people: verdict, times, token, identity, checks. */
import { copyable, heading, make, prose } from "./dom.js";
import { decoded } from "./decoded.js";
import { timeLine } from "./time-line.js";
import { dateOf } from "./times.js";

/** @typedef {import("convex-token").TokenCheck} TokenCheck */

/**
 * @typedef {object} Explained
 * @property {string} token
 * @property {boolean} accepted
 * @property {TokenCheck[]} checks
 * @property {Record<string, unknown>} claims as far as they can be read
 * @property {import("convex-token").Identity | undefined} identity what a function gets, if the token is accepted
 * @property {number | undefined} asOf the time that was asked for
 * @property {boolean} hasProvider
 */

/** @param {Explained} explained */
export function verdictOf({ accepted, checks, identity, asOf, hasProvider }) {
  const failed = checks.filter(({ ok }) => ok === false);
  const [first] = failed;
  const when = asOf === undefined ? [] : [make("p", {}, `As of ${dateOf(asOf)}.`)];
  if (first) {
    const others = failed.length - 1;
    return {
      kind: "refused",
      nodes: [
        heading("h2", "Convex refuses this token"),
        make("p.verdict-cause", {}, first.message ?? first.found),
        make(
          "dl",
          {},
          ...row(
            "Check that fails",
            `${titleOf(first.name)}: found ${first.found}, expected ${first.expected}`,
          ),
          ...(first.fix ? row("Cure", prose(first.fix)) : []),
          ...(first.convexMessage ? row("Convex says", make("q", {}, first.convexMessage)) : []),
        ),
        ...(others > 0
          ? [
              make(
                "p",
                {},
                `${others === 1 ? "One more check fails" : `${others} more checks fail`}: see below.`,
              ),
            ]
          : []),
        ...when,
      ],
    };
  }
  if (!accepted) {
    return {
      kind: "undecided",
      nodes: [
        heading("h2", "Not decided yet"),
        make(
          "p",
          {},
          "No check fails so far. Give the published keys: without them the signature cannot be checked.",
        ),
        ...when,
      ],
    };
  }
  const discovery = checks.find(({ name, ok }) => name === "discovery" && ok === null);
  return {
    kind: "accepted",
    nodes: [
      heading("h2", "Convex accepts this token"),
      identity && make("p.verdict-cause", {}, `A function sees the subject “${identity.subject}”.`),
      !hasProvider &&
        make("p", {}, "No provider was given, so issuer and audience were compared with none."),
      discovery &&
        make(
          "p",
          {},
          "Its discovery document was not given: Convex fetches that from the issuer itself.",
        ),
      ...when,
    ].filter(Boolean),
  };
}

/**
 * The sections below the verdict, and how to tell them the time.
 *
 * @param {Explained} explained
 * @param {Map<string, boolean>} opened the checks that somebody opened or closed
 */
export function sectionsOf(explained, opened) {
  const line = timeLine(explained.claims, explained.asOf === undefined);
  const nodes = [
    line.element,
    decoded(explained.token),
    identitySection(explained),
    checksSection(explained.checks, opened),
  ];
  return { nodes, update: line.update };
}

/** @param {Explained} explained */
function identitySection({ identity, checks }) {
  const title = make("code", {}, "ctx.auth.getUserIdentity()");
  const content = identity
    ? copyable("Identity", JSON.stringify(identity, null, 2))
    : make(
        "p",
        {},
        checks.some(({ ok }) => ok === false)
          ? make("span", {}, make("code", {}, "null"), ", as no token is accepted.")
          : "Not known until the signature is checked.",
      );
  return make(
    "section.card",
    {},
    heading("h2", "What a function sees"),
    make("p.hint", {}, title),
    content,
  );
}

/**
 * @param {TokenCheck[]} checks
 * @param {Map<string, boolean>} opened
 */
function checksSection(checks, opened) {
  const first = checks.find(({ ok }) => ok === false);
  const count = (/** @type {boolean | null} */ wanted) =>
    checks.filter(({ ok }) => ok === wanted).length;
  const counts = [
    `${count(true)} pass`,
    `${count(false)} fail`,
    ...(count(null) > 0 ? [`${count(null)} not judged`] : []),
  ];
  return make(
    "section.card",
    {},
    heading("h2", "Checks, in Convex’s order"),
    make(
      "p.hint",
      {},
      `${counts.join(", ")}. The first that fails is the one that Convex tells of.`,
    ),
    make("ol.checks", {}, ...checks.map((check) => checkItem(check, check === first, opened))),
  );
}

const states = new Map([
  [true, { kind: "passes", mark: "✓", words: "passes" }],
  [false, { kind: "fails", mark: "✕", words: "fails" }],
  [null, { kind: "unjudged", mark: "–", words: "not judged" }],
]);

/**
 * @param {TokenCheck} check
 * @param {boolean} isFirst of those that fail
 * @param {Map<string, boolean>} opened
 */
function checkItem(check, isFirst, opened) {
  const { name, ok, found, expected, message, fix, convexMessage, code, docs } = check;
  const { kind, mark, words } = states.get(ok) ?? { kind: "unjudged", mark: "–", words: "" };
  const mark_ = make("span.mark", {}, mark);
  mark_.setAttribute("aria-hidden", "true");
  const summary = make(
    "summary",
    { "data-key": `check ${name}` },
    mark_,
    make("span.check-name", {}, titleOf(name), make("span.visually-hidden", {}, `: ${words}.`)),
    make("span.check-found", {}, found),
    isFirst && make("span.badge", {}, "Convex stops here"),
  );
  const details = make(
    "details",
    { open: opened.get(name) ?? ok === false },
    summary,
    make(
      "dl",
      {},
      ...(message ? row("Wrong", message) : []),
      ...row("Found", found),
      ...row("Expected", expected),
      ...(fix ? row("Cure", prose(fix)) : []),
      ...(convexMessage ? row("Convex says", make("q", {}, convexMessage)) : []),
      ...(code ? row("Code", make("code", {}, code)) : []),
      ...row("Documentation", make("code", {}, docs)),
    ),
  );
  summary.onclick = () => opened.set(name, !details.open);
  return make(`li.check.${kind}`, { "data-check": name }, details);
}

/**
 * @param {string} term
 * @param {string | Node} description
 */
function row(term, description) {
  return [make("div", {}, make("dt", {}, term), make("dd", {}, description))];
}

/**
 * "issuer-url" as a title.
 *
 * @param {string} name
 */
function titleOf(name) {
  const words = name.replaceAll("-", " ").replace(/\b(jwks|url|id)\b/g, (one) => one.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
