/** The part that makes keys. The private one is for downloading, and never shown. */
import { generateKeys } from "convex-token";
import { byId, downloadButton, heading, inWords, make } from "./dom.js";
import { publicHalf } from "./public-half.js";

export function startNewKeysForm() {
  const form = byId("new-form");
  form.addEventListener("change", () => {
    byId("bits-field").hidden = algorithm() !== "RS256";
  });
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const note = byId("new-note");
    note.textContent = "Making the keys…";
    byId("new-result").replaceChildren();
    // Making an RSA key keeps the page busy: the note is painted first.
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      const bits = /** @type {2048} */ (Number(byId("bits").value));
      const modulusLength = algorithm() === "RS256" ? bits : undefined;
      show(generateKeys({ algorithm: algorithm(), modulusLength }));
      note.textContent =
        "Made. The private key is only on this page: download it before you leave.";
    } catch (error) {
      note.textContent = inWords(error);
    }
  });
}

/** @returns {import("convex-token").Algorithm} */
function algorithm() {
  return /** @type {any} */ (document.querySelector("input[name=algorithm]:checked")).value;
}

/** @param {import("convex-token").KeyPair} keys */
function show({ algorithm, kid, privateKey, jwks }) {
  const short = kid.slice(0, 8);
  const forget = () => {
    byId("new-result").replaceChildren();
    byId("new-note").textContent = "The keys are forgotten.";
    byId("new-form").querySelector("button").focus();
  };
  const title = heading("h2", `New ${algorithm} key pair`);
  byId("new-result").replaceChildren(
    title,
    make(
      "section.card",
      {},
      make("h3", {}, "The private key"),
      make(
        "p",
        {},
        "Keep it secret, and out of git. It goes to whoever signs, as ",
        make("code", {}, "CONVEX_AUTH_PRIVATE_KEY"),
        "; it is not shown here.",
      ),
      make(
        "div.actions",
        {},
        downloadButton("Download private key", `private-key-${short}.pem`, () => privateKey),
        downloadButton("Download .env lines", `convex-auth-${short}.env`, () =>
          envLines(kid, privateKey),
        ),
        make("button", { type: "button", onclick: forget }, "Forget the keys"),
      ),
    ),
    ...publicHalf(jwks),
  );
  title.focus();
}

/**
 * Lines for `.env.local`, as `npx convex-token keys` writes them.
 *
 * @param {string} kid
 * @param {string} privateKey
 */
function envLines(kid, privateKey) {
  const oneLine = privateKey.trim().replaceAll("\n", "\\n");
  return `# For .env.local of whoever signs; kid ${kid}. Secret: never commit it.
CONVEX_AUTH_PRIVATE_KEY="${oneLine}"
`;
}
