/** The part that explains a token: from its fields to the verdict. */
import { explainToken, verifyConvexToken } from "convex-token";
import { announce, byId, inWords, make, showError } from "./dom.js";
import { readAuthConfig } from "./auth-config.js";
import { sectionsOf, verdictOf } from "./explanation.js";
import { jsonOfPart, timeIn, tokenIn, unquoted } from "./pasted.js";
import { publishedSet } from "./public-set.js";
import { acceptedSample, refusedSample } from "./samples.js";

const TYPING_PAUSE = 250; // milliseconds

const fields = [
  "token",
  "oidc-domain",
  "oidc-id",
  "jwt-issuer",
  "jwt-jwks",
  "jwt-algorithm",
  "jwt-id",
  "config",
  "jwks",
  "discovery",
  "as-of",
];

/** The values of the variables that a pasted file reads, by name: kept while it is changed. */
/** @type {Record<string, string>} */
let variables = {};
/** Which checks somebody has opened or closed. */
const opened = new Map();
/** What is explained at the time. */
/** @type {{ explain: () => any, states: string, update: (now: number) => void } | undefined} */
let shown;
let runs = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

export function startTokenForm() {
  const form = byId("token-form");
  form.addEventListener("input", () => {
    clearTimeout(pause);
    showChoice();
    pause = setTimeout(run, TYPING_PAUSE);
  });
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    await run({ submitted: true });
    (form.querySelector("[aria-invalid]") ?? byId("verdict").querySelector("h2")).focus();
  });
  byId("sample-accepted").onclick = () => fill(acceptedSample());
  byId("sample-refused").onclick = () => fill(refusedSample());
  byId("clear").onclick = () => {
    replaceFields(
      { "oidc-id": "convex", "jwt-id": "convex", "jwt-algorithm": "RS256" },
      "none",
      {},
    );
    byId("token").focus();
    announce("All fields are empty.");
  };
  byId("put-back").onclick = putBack;
  setInterval(tick, 1000);
  showChoice();
  run();
}

/** Judges what the fields have, and shows the verdict. */
async function run({ submitted = false } = {}) {
  clearTimeout(pause);
  const number = (runs += 1);
  const token = tokenIn(byId("token").value);
  showError("token", submitted && token === "" ? "Paste a token first." : "");
  const providers = readProviders(submitted);
  const discovery = readDiscovery();
  const now = readTime();
  const jwks = await readSet(providers);
  if (number !== runs) return; // Something was typed meanwhile.
  if (token === "") return showNothing();

  const options = { provider: providers, discovery, jwks, now };
  const explain = () => explainToken(token, options);
  let explanation;
  try {
    explanation = explain();
  } catch (error) {
    showError("token", inWords(error));
    return showNothing();
  }
  const { accepted, checks } = explanation;
  const explained = {
    token,
    accepted,
    checks,
    claims: claimsOf(token),
    identity: accepted ? identityOf(token, providers, jwks, now) : undefined,
    asOf: now,
    hasProvider: providers !== undefined,
  };
  showVerdict(verdictOf(explained));
  const { nodes, update } = sectionsOf(explained, opened);
  replaceKeepingFocus(byId("explanation"), nodes);
  shown = { explain, states: statesOf(checks), update };
  update(now ?? Date.now() / 1000);
}

/** Once a second: the times, and the verdict as soon as it becomes another. */
function tick() {
  if (document.hidden || !shown || byId("as-of").value.trim() !== "") return;
  shown.update(Date.now() / 1000);
  if (statesOf(shown.explain().checks) !== shown.states) run();
}

/** @param {{ ok: boolean | null }[]} checks */
function statesOf(checks) {
  return checks.map(({ ok }) => `${ok}`).join();
}

function showNothing() {
  shown = undefined;
  showVerdict({
    kind: "empty",
    nodes: [
      make("h2", { tabIndex: -1 }, "No token yet"),
      make(
        "p",
        {},
        "Paste one, or fill in an example. With the provider and the published keys, the verdict is Convex’s own.",
      ),
    ],
  });
  byId("explanation").replaceChildren();
}

/**
 * Replaces the verdict only if it changed, as it is read out each time.
 *
 * @param {{ kind: string, nodes: Node[] }} verdict
 */
function showVerdict({ kind, nodes }) {
  const verdict = byId("verdict");
  const text = nodes.map(({ textContent }) => textContent).join();
  const current = [...verdict.childNodes].map(({ textContent }) => textContent).join();
  if (text === current && verdict.dataset.kind === kind) return;
  verdict.dataset.kind = kind;
  verdict.replaceChildren(...nodes);
}

/**
 * @param {HTMLElement} parent
 * @param {Node[]} nodes
 */
function replaceKeepingFocus(parent, nodes) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const key = parent.contains(active) ? active?.dataset.key : undefined;
  parent.replaceChildren(...nodes);
  if (key === undefined) return;
  for (const element of /** @type {any} */ (parent.querySelectorAll("[data-key]"))) {
    if (element.dataset.key === key) element.focus();
  }
}

/**
 * The claims for the time line, which shows them also when Convex would not read them.
 *
 * @param {string} token
 */
function claimsOf(token) {
  return Object(JSON.parse(jsonOfPart(token.split(".")[1] ?? "") ?? "{}"));
}

/**
 * The identity by the first provider that gives one.
 *
 * @param {string} token
 * @param {any[] | undefined} providers
 * @param {string | undefined} jwks
 * @param {number | undefined} now
 */
function identityOf(token, providers, jwks, now) {
  for (const provider of providers ?? [undefined]) {
    try {
      return verifyConvexToken(token, { provider, jwks, now }).identity;
    } catch {
      // Of another issuer or audience.
    }
  }
  return undefined;
}

/**
 * The providers as the chosen way of giving them has them; undefined when none is given.
 *
 * @param {boolean} submitted whether an empty field is an error by now
 * @returns {any[] | undefined}
 */
function readProviders(submitted) {
  const value = (/** @type {string} */ id) => byId(id).value.trim();
  const required = (/** @type {string} */ id, /** @type {string} */ words) => {
    showError(id, submitted && value(id) === "" ? words : "");
    return value(id) === "";
  };
  for (const id of ["oidc-domain", "oidc-id", "jwt-issuer", "jwt-jwks", "config"]) showError(id);
  switch (choice()) {
    case "oidc": {
      const noDomain = required("oidc-domain", "Give the entry’s domain, or choose “Not given”.");
      const noId = required("oidc-id", "An OIDC entry needs an applicationID; “convex” is usual.");
      if (noDomain || noId) return undefined;
      return [{ domain: value("oidc-domain"), applicationID: value("oidc-id") }];
    }
    case "customJwt": {
      if (required("jwt-issuer", "Give the entry’s issuer, or choose “Not given”."))
        return undefined;
      const issuer = value("jwt-issuer");
      const jwks = value("jwt-jwks") || `${issuer.replace(/\/+$/, "")}/.well-known/jwks.json`;
      if (jwks.startsWith("{")) {
        showError(
          "jwt-jwks",
          "This is the set itself: put it into “Published keys”, or give a data: URI.",
        );
        return undefined;
      }
      const applicationID = value("jwt-id") || undefined;
      return [
        { type: "customJwt", issuer, jwks, algorithm: value("jwt-algorithm"), applicationID },
      ];
    }
    case "file":
      return readFile(submitted);
    default:
      return undefined;
  }
}

/** @param {boolean} submitted */
function readFile(submitted) {
  const text = byId("config").value;
  if (text.trim() === "") {
    showVariables([]);
    if (submitted) showError("config", "Paste the file’s text, or choose “Not given”.");
    return undefined;
  }
  try {
    const { providers, names, missing } = readAuthConfig(text, variables);
    showVariables(names);
    if (missing.length === 0) return providers;
    showError(
      "config",
      `Say below what ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} in the deployment.`,
    );
  } catch (error) {
    showError("config", inWords(error));
  }
  return undefined;
}

/**
 * A field for each variable that the file reads; those that are there stay as they are.
 *
 * @param {string[]} names
 */
function showVariables(names) {
  const parent = byId("config-variables");
  const there = new Set([...parent.children].map((field) => field.dataset.name));
  for (const field of [...parent.children]) {
    if (!names.includes(field.dataset.name)) field.remove();
  }
  for (const name of names.filter((one) => !there.has(one))) {
    const id = `variable-${name}`;
    const oninput = (/** @type {any} */ event) => (variables[name] = event.target.value.trim());
    const input = make("input.code", {
      id,
      value: variables[name] ?? "",
      oninput,
      spellcheck: false,
    });
    const label = make("label", { htmlFor: id }, make("code", {}, name));
    parent.append(make("div.field", { "data-name": name }, label, input));
  }
}

/**
 * The text of the published set. A private key in the field gives way to its public half.
 *
 * @param {any[] | undefined} providers
 */
async function readSet(providers) {
  const field = byId("jwks");
  const text = field.value;
  const note = byId("jwks-note");
  const setNote = (/** @type {string} */ words) => {
    if (note.textContent !== words) note.textContent = words;
  };
  if (text.trim() === "") {
    showError("jwks");
    setNote("");
    return undefined;
  }
  try {
    const { body, wasPrivate, wasKey } = await publishedSet(text);
    if (field.value !== text) return undefined;
    showError("jwks");
    if (wasPrivate) {
      field.value = body;
      replacedBy = body;
      const words = wasKey
        ? "That was a private key. Its public half has taken its place in the field, as it is published."
        : "There were private keys in this set, which are taken out. If it is what you publish, anybody can sign as you: make new keys.";
      setNote(words);
      announce(words);
    } else if (providers?.length && providers.every(embedsKeys)) {
      setNote(
        "The provider has the keys in its data: URI, which is what Convex uses: this field is not.",
      );
      return undefined;
    } else if (wasKey) {
      setNote(
        "A key, not a set: it is judged as if published in one, a PEM with its thumbprint as kid.",
      );
    } else if (text !== replacedBy) setNote(""); // What was taken out is told until it is changed.
    return body;
  } catch (error) {
    if (field.value !== text) return undefined;
    setNote("");
    showError("jwks", inWords(error));
    return undefined;
  }
}

/** The public half that took a private key's place. */
let replacedBy = "";

/** @param {any} provider */
function embedsKeys({ jwks }) {
  return /^data:/i.test(jwks ?? "");
}

function readDiscovery() {
  const text = unquoted(byId("discovery").value);
  showError("discovery");
  if (text === "") return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    showError("discovery", "This is not JSON: copy the whole answer, from { to }.");
    return undefined;
  }
}

function readTime() {
  const text = byId("as-of").value;
  const now = timeIn(text);
  const isWrong = text.trim() !== "" && now === undefined;
  showError(
    "as-of",
    isWrong ? "This is no time. Write 2027-01-31 09:30, or seconds since 1970." : "",
  );
  return now;
}

function choice() {
  return /** @type {any} */ (document.querySelector("input[name=provider]:checked")).value;
}

/** Shows the fields of the chosen kind of provider; the others keep what they have. */
function showChoice() {
  for (const part of /** @type {any} */ (document.querySelectorAll("[data-choice]"))) {
    part.hidden = part.dataset.choice !== choice();
  }
}

/** What was in the fields before an example or “Clear”. */
/** @type {{ values: Record<string, string>, chosen: string, variables: Record<string, string> } | undefined} */
let before;

/** @param {import("./samples.js").Sample} sample */
function fill({ says, token, provider, jwks, discovery }) {
  const { domain, applicationID } = provider;
  const values = {
    token,
    jwks,
    discovery,
    "as-of": "",
    "oidc-domain": domain,
    "oidc-id": applicationID,
  };
  replaceFields({ ...current(), ...values }, "oidc", variables);
  announce(says);
}

function current() {
  return Object.fromEntries(fields.map((id) => [id, byId(id).value]));
}

/**
 * @param {Record<string, string>} values
 * @param {string} chosen
 * @param {Record<string, string>} given
 */
function replaceFields(values, chosen, given) {
  // One example after another: what counts is what somebody typed.
  const isExample = before !== undefined && exampleText === JSON.stringify(current());
  if (!isExample) before = { values: current(), chosen: choice(), variables };
  setFields(values, chosen, given);
  exampleText = JSON.stringify(current());
  byId("put-back").hidden = false;
}
let exampleText = "";

function putBack() {
  if (!before) return;
  setFields(before.values, before.chosen, before.variables);
  before = undefined;
  byId("put-back").hidden = true;
  byId("token").focus();
  announce("What was there is back.");
}

/**
 * @param {Record<string, string>} values
 * @param {string} chosen
 * @param {Record<string, string>} given
 */
function setFields(values, chosen, given) {
  variables = { ...given };
  for (const id of fields) byId(id).value = values[id] ?? "";
  for (const radio of /** @type {any} */ (document.querySelectorAll("input[name=provider]"))) {
    radio.checked = radio.value === chosen;
  }
  byId("config-variables").replaceChildren();
  byId("jwks-note").textContent = "";
  showChoice();
  run();
}
