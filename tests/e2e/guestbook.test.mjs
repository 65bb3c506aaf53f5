// The built example in Chromium, one visit from first to last: each test goes on where the one before
// it stopped. The tokens live 14 s; the client asks for the next one 10 s before the end, so every 4 s.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { generateKeys } from "convex-token";
import { chromium } from "playwright-core";
import { launchOptions } from "../tools/chromium.mjs";
import { Guestbook } from "./guestbook.mjs";
import { Visitor } from "./visitor.mjs";

const expiresIn = 14;
/** What `authRefreshTokenLeewaySeconds` of ConvexReactClient is by default. */
const leeway = 10;
const [ada, grace] = [
  { subject: "user_1815", name: "Ada Lovelace" },
  { subject: "user_1906", name: "Grace Hopper" },
];
const accepted = { type: "authenticate", transport: "socket", accepted: true };

describe("the guestbook", { concurrency: 1 }, () => {
  const guestbook = new Guestbook({ expiresIn: `${expiresIn}s` });
  let browser, visitor, page, tab, convex;

  before(async () => {
    await guestbook.install();
    await guestbook.deploy();
    await guestbook.build();
    await guestbook.serve();
    convex = guestbook.convex;
    browser = await chromium.launch(launchOptions());
    visitor = await Visitor.in(browser, guestbook.url);
  });
  after(async () => {
    await browser?.close();
    await guestbook.close();
  });

  let stopped = false;
  /** A step of the visit: after one that failed, those that follow have nothing to stand on. */
  function step(name, run) {
    test(name, async (t) => {
      if (stopped) throw new Error("an earlier step failed");
      stopped = true;
      await run(t).catch((error) => {
        t.diagnostic(guestbook.output);
        throw error;
      });
      stopped = false;
    });
  }

  /** Waits for a number of accepted tokens. */
  async function acceptedTokens(count, wanted = accepted) {
    for (let n = 0; n < count; n += 1) await convex.log.next(wanted, { timeout: 60_000 });
  }

  step("has nobody's identity before anyone signs in, on the server and in the page", async () => {
    assert.ok(!(await visitor.isServed(ada.subject)));
    page = await visitor.openTab();
    await visitor.seesNobody(page);
    assert.equal(convex.counts.authenticated, 0);
    await visitor.picture(page, "signed-out");
  });

  step(
    "shows the subject and name that a Convex function got, once Ada has signed in",
    async () => {
      await visitor.signIn(page, ada.name);
      await visitor.sees(page, ada.subject, ada.name);
      await visitor.write(page, "The engine might act upon other things besides number.");
      await page.getByText("Ada Lovelace (you)").waitFor();
      await visitor.picture(page, "signed-in");
    },
  );

  step("refreshes the token again and again, on one connection, and never in a loop", async (t) => {
    await acceptedTokens(1);
    convex.log.clear();
    visitor.forgetRequests();
    const refreshes = 4;
    await acceptedTokens(refreshes);
    const times = convex.log.events
      .filter(({ type }) => type === "authenticate")
      .map(({ at }) => at);
    const gaps = times.slice(1).map((time, index) => (time - times[index]) / 1000);
    const fetches = visitor.requests("/api/auth/session");
    t.diagnostic(`${refreshes} refreshes, ${gaps.join(", ")} s apart; ${fetches} session fetches`);

    // A second less than the client waits: the verdict on a token may take its time.
    assert.ok(gaps.every((gap) => gap > expiresIn - leeway - 1));
    assert.equal(fetches, refreshes);
    const { authenticated, connections, refused, failedRuns } = convex.counts;
    assert.deepEqual(
      { authenticated, connections, refused, failedRuns },
      { authenticated: refreshes, connections: 0, refused: 0, failedRuns: 0 },
    );
    assert.equal(await visitor.lostIdentity(page), 0);
    await visitor.sees(page, ada.subject, ada.name);
  });

  step("is rendered on the server as Ada's after a reload, before any script has run", async () => {
    assert.ok(await visitor.isServed(ada.subject));
    await page.reload();
    await visitor.sees(page, ada.subject, ada.name);
    assert.equal(await visitor.lostIdentity(page), 0);
  });

  step("knows Ada in a second tab, and shows her there what she writes in the first", async () => {
    tab = await visitor.openTab();
    await visitor.sees(tab, ada.subject, ada.name);
    await visitor.write(page, "Seen in both tabs.");
    await tab.getByText("Seen in both tabs.").waitFor();
    assert.deepEqual(visitor.problems, []);
  });

  step("keeps Ada signed in, and every query working, while the keys are rotated", async () => {
    await acceptedTokens(2);
    convex.log.clear();
    const [old, next] = [guestbook.keys, generateKeys()];
    await guestbook.publish(old, next);
    await guestbook.serve(next);
    await acceptedTokens(2, { ...accepted, kid: next.kid });
    await guestbook.publish(next);
    await acceptedTokens(2, { ...accepted, kid: next.kid });

    const { refused, failedRuns } = convex.counts;
    assert.deepEqual({ refused, failedRuns }, { refused: 0, failedRuns: 0 });
    for (const open of [page, tab]) {
      await visitor.sees(open, ada.subject, ada.name);
      assert.equal(await visitor.lostIdentity(open), 0);
    }
    // The server renders with the new key, which is the only one published.
    assert.ok(await visitor.isServed(ada.subject));
  });

  step("has nobody's identity in either tab after signing out in one", async () => {
    await visitor.signOut(page);
    await visitor.seesNobody(page);
    await visitor.seesNobody(tab);
    assert.ok(!(await visitor.isServed(ada.subject)));
    assert.equal(await page.getByText("(you)").count(), 0);
  });

  step("notices in the same page that somebody signs in again", async () => {
    await visitor.signIn(page, grace.name);
    await visitor.sees(page, grace.subject, grace.name);
    await visitor.sees(tab, grace.subject, grace.name);
    // What Ada wrote is not Grace's.
    assert.equal(await page.getByText("(you)").count(), 0);
  });

  step("recovers by itself when the connection is lost", async () => {
    const back = convex.log.next("connect", { timeout: 30_000 });
    convex.dropConnections();
    await back;
    await acceptedTokens(1);
    await visitor.sees(page, grace.subject, grace.name);
  });
});
