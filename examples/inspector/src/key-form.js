/** The part that reads a key: out comes its public half, and never the private one. */
import { announce, byId, heading, inWords, showError } from "./dom.js";
import { publicHalf } from "./public-half.js";
import { publicSetOf } from "./public-set.js";

const TYPING_PAUSE = 250; // milliseconds

export function startKeyForm() {
  const form = byId("key-form");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(read, TYPING_PAUSE);
  });
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    clearTimeout(pause);
    const hasResult = byId("key-result").firstElementChild !== null;
    if (byId("key").value.trim() !== "") await read();
    else if (!hasResult) showError("key", "Paste a key first.");
    const result = byId("key-result").querySelector("h2");
    if (byId("key").hasAttribute("aria-invalid") || !result) byId("key").focus();
    else result.focus();
  });
}

async function read() {
  const field = byId("key");
  const text = field.value;
  showError("key");
  if (text.trim() === "") return;
  try {
    const { jwks, wasPrivate } = await publicSetOf(text);
    if (field.value !== text) return;
    if (wasPrivate) field.value = "";
    const many = jwks.keys.length > 1;
    byId("key-note").textContent = wasPrivate
      ? `That was a private key: it is out of the field and forgotten. Below is its public half only.`
      : `${many ? "Public keys" : "A public key"}: tokens are signed with the private half, which is not here.`;
    byId("key-result").replaceChildren(
      heading("h2", many ? `${jwks.keys.length} public keys` : "The public key"),
      ...publicHalf(jwks),
    );
  } catch (error) {
    if (field.value !== text) return;
    byId("key-note").textContent = "";
    byId("key-result").replaceChildren();
    showError("key", inWords(error));
    announce(inWords(error));
  }
}
