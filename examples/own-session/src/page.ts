/** The page: Convex's plain client, signed in with the server's session. */
import { ConvexClient } from "convex/browser";
import { createTokenFetcher } from "convex-token/client";
import { api } from "../convex/_generated/api";

const form = document.querySelector("form")!;
const signedIn = document.querySelector<HTMLElement>("#signed-in")!;
const problem = document.querySelector<HTMLElement>("[role=alert]")!;

const convex = new ConvexClient(document.body.dataset.convexUrl!);

// Convex asks for a token now, and for a fresh one before it expires. The route answers 401 as long as
// nobody is signed in: Convex then goes on as nobody.
const fetchToken = createTokenFetcher("/api/session/token");
convex.setAuth(fetchToken);

convex.onUpdate(api.users.whoami, {}, (me) => {
  form.hidden = me !== null;
  signedIn.hidden = me === null;
  document.querySelector("#identity")!.textContent = JSON.stringify(me, null, 2);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/login", { method: "POST", body: new FormData(form) });
  problem.textContent = response.ok ? "" : await response.text();
  if (response.ok) convex.setAuth(fetchToken);
});

document.querySelector("#sign-out")!.addEventListener("click", async () => {
  await fetch("/logout", { method: "POST" });
  convex.setAuth(fetchToken);
});
