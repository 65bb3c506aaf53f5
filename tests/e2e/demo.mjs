// The guestbook of examples/nextjs-authjs, to look at or to be checked. scripts/demo runs it:
//
//   node tests/e2e/demo.mjs [--check]
import { createRequire } from "node:module";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { Guestbook } from "./guestbook.mjs";
import { HttpBrowser } from "./http-browser.mjs";
import { Report } from "./report.mjs";

const user = { email: "ada@example.com", password: "demo" };
const identity = { subject: "user_1815", name: "Ada Lovelace" };

const check = process.argv.includes("--check") || !process.stdout.isTTY;
const report = new Report();
const guestbook = new Guestbook();
const stopped = new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, resolve, signal);
});

// Whoever read the output has gone.
process.stdout.on("error", () => process.exit(1));

let interrupted = false;
const running = run().catch((error) => interrupted || report.broken(error));
await Promise.race([running, stopped.then(() => (interrupted = true))]);
await guestbook.close();
if (check) report.summary();
process.exit(report.failed > 0 || (check && interrupted) ? 1 : 0);

async function run() {
  await start();
  if (!check) {
    report.line(`\nSign in as ${user.email} with the password "${user.password}". Ctrl-C stops.`);
    report.line(guestbook.url);
    await stopped;
    return;
  }
  await checks();
}

async function start() {
  const { CONVEX_URL, CONVEX_SITE_URL, CONVEX_AUTH_PRIVATE_KEY } = process.env;
  await report.step("example installed, convex-token from the tarball", () => guestbook.install());
  if (CONVEX_URL) {
    if (!CONVEX_AUTH_PRIVATE_KEY) {
      throw new Error(
        "CONVEX_AUTH_PRIVATE_KEY is not set here, so nothing can sign for the deployment at " +
          "CONVEX_URL: set the key whose public half is JWKS there.",
      );
    }
    const siteUrl = CONVEX_SITE_URL ?? CONVEX_URL.replace(/\.cloud\/?$/, ".site");
    guestbook.use({ url: CONVEX_URL, siteUrl, privateKey: CONVEX_AUTH_PRIVATE_KEY });
    report.line(`→ Convex: your deployment at ${CONVEX_URL}`);
  } else {
    await report.step("keys made, local stand-in for Convex started with the functions", () =>
      guestbook.deploy(),
    );
  }
  await report.step(`site built: ${versions()}`, () => guestbook.build());
  await report.step("site started", () => guestbook.serve());
}

function versions() {
  const require = createRequire(new URL("../../examples/nextjs-authjs/", import.meta.url));
  const named = { "Next.js": "next", "Auth.js": "next-auth", React: "react", Convex: "convex" };
  return Object.entries(named)
    .map(([name, id]) => `${name} ${require(`${id}/package.json`).version}`)
    .join(", ");
}

async function checks() {
  const { convex, url, convexUrl } = guestbook;
  const browser = new HttpBrowser(url);
  const whoami = (token) => {
    const client = new ConvexHttpClient(convexUrl);
    if (token) client.setAuth(token);
    return client.query(anyApi.users.whoami, {});
  };
  const served = async () => (await browser.text("/")).includes(`<dd>${identity.subject}</dd>`);
  const fetchToken = async (force) => {
    const { token } = await browser.json(`/api/session/token${force ? "?force=true" : ""}`);
    return token;
  };

  report.title(`Ada visits ${url}`);
  await report.check("signed out, the server renders the page as nobody's", async () => {
    ensure(!(await served()), "it is somebody's");
  });
  await report.check("signed out, there is no token", async () => {
    const { status } = await browser.fetch("/api/session/token");
    ensure(status === 401, `/api/session/token answered ${status}`);
    return "401";
  });
  let token;
  await report.check("signed in, her session has a token for Convex", async () => {
    await browser.signIn(user);
    ({ convexToken: token } = await browser.json("/api/auth/session"));
    ensure(token, "it has none");
    return `${token.slice(0, 10)}…${token.slice(-6)}`;
  });
  let found;
  await report.check("a Convex function gets her identity", async () => {
    found = await whoami(token);
    ensure(found?.subject === identity.subject, `it got ${JSON.stringify(found)}`);
    return `${found.subject}, ${found.name}`;
  });
  await report.check("the server renders the page as hers", async () => {
    ensure(await served(), "it is nobody's");
  });
  await report.check("a forced refresh signs a new token", async () => {
    const [first, second] = [await fetchToken(true), await fetchToken(true)];
    ensure(first && first !== second, "it is the same");
  });
  await report.check("a live connection authenticates, and is hers", async () => {
    const live = await liveIdentity(convexUrl, fetchToken);
    ensure(live.subject === identity.subject, `it is ${JSON.stringify(live)}`);
    return live.subject;
  });
  await report.check("what she writes is there for everyone", async () => {
    const writer = new ConvexHttpClient(convexUrl);
    writer.setAuth(token);
    const text = `Hello from the demo, ${new Date().toISOString()}`;
    await writer.mutation(anyApi.messages.send, { text });
    const messages = await new ConvexHttpClient(convexUrl).query(anyApi.messages.list, {});
    ensure(messages[0]?.text === text, "it is not the latest entry");
    return `"${text}"`;
  });
  await report.check("a token that somebody has changed is refused", async () => {
    const reason = await whoami(withAnotherSubject(token)).then(
      () => undefined,
      (error) => JSON.parse(error.message),
    );
    ensure(reason, "it is accepted");
    return reason.code;
  });
  await report.check("signed out again, the page is nobody's", async () => {
    await browser.signOut();
    ensure(!(await served()), "it is still hers");
  });

  report.title("What ctx.auth.getUserIdentity() returns in a Convex function:");
  report.json(found ?? null);
  if (!convex) return;
  const { discoveryFetches, jwksFetches, functionRuns } = convex.counts;
  const tokens = convex.log.count({ type: "authenticate", accepted: true });
  report.title("The deployment counted");
  report.line(
    `${tokens} tokens accepted, ${discoveryFetches} fetches of the discovery document and ` +
      `${jwksFetches} of the keys, ${functionRuns} runs of functions`,
  );
  report.line();
}

/** Whom the unmodified client is for a function that it is subscribed to. */
async function liveIdentity(url, fetchToken) {
  const client = new ConvexClient(url, { unsavedChangesWarning: false });
  try {
    client.setAuth(({ forceRefreshToken }) => fetchToken(forceRefreshToken));
    return await new Promise((resolve, reject) => {
      const late = new Error("it had no identity within 10 s");
      setTimeout(reject, 10_000, late).unref();
      client.onUpdate(anyApi.users.whoami, {}, (found) => found && resolve(found), reject);
    });
  } finally {
    await client.close();
  }
}

function withAnotherSubject(token) {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const changed = JSON.stringify({ ...claims, sub: "user_1" });
  return [header, Buffer.from(changed).toString("base64url"), signature].join(".");
}

function ensure(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}
