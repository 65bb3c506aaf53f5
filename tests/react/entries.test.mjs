// The two entries as they are packed: what they load, on a server as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ConvexReactClient, useConvexAuth } from "convex/react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { ConvexProviderWithSession, createUseAuth } from "convex-token/react";
import { createTokenFetcher } from "convex-token/client";

/** The modules that one loads, by their paths in the package, and what they take from others. */
function loadedBy(entry) {
  const modules = new Map();
  const others = new Set();
  const visit = (path) => {
    if (modules.has(path)) return;
    const text = readFileSync(path, "utf8");
    modules.set(path, text);
    for (const [, name] of text.matchAll(/^(?:import|export)(?: [^;("]+ from)? "([^"]+)"/gm)) {
      if (name.startsWith(".")) visit(join(dirname(path), name));
      else others.add(name);
    }
  };
  visit(fileURLToPath(entry));
  const texts = [...modules.values()];
  return { others: [...others].sort(), texts, bytes: texts.join("").length };
}

const react = import.meta.resolve("convex-token/react");
const client = import.meta.resolve("convex-token/client");

describe("the entries", () => {
  test("convex-token/react needs react and convex/react, and no next-auth or WebAssembly", () => {
    const { others, texts } = loadedBy(react);
    assert.deepEqual(others, ["convex/react", "react"]);
    assert.ok(texts.every((text) => !/WebAssembly\.\w|core-bytes|\.wasm/.test(text)));
  });

  test("convex-token/client needs nothing", () => {
    const { others, bytes } = loadedBy(client);
    assert.deepEqual(others, []);
    // With comments and names; minified and in gzip it is a seventh of that.
    assert.ok(bytes < 29_000, `${bytes} bytes`);
  });

  test("neither reads a variable but NODE_ENV, for a bundler to put a secret in its place", () => {
    for (const entry of [react, client]) {
      const read = loadedBy(entry).texts.flatMap((text) => text.match(/process\.env\b.*/g) ?? []);
      assert.deepEqual(read, ['process.env.NODE_ENV === "production";']);
    }
  });

  test('convex-token/react begins with "use client"', () => {
    assert.match(readFileSync(fileURLToPath(react), "utf8"), /^"use client";/);
  });

  test("both are there in one page", async () => {
    assert.equal((await import("convex-token/react")).createTokenFetcher, createTokenFetcher);
  });
});

describe("on a server, where there is no window", () => {
  for (const [status, data] of [
    ["loading", undefined],
    ["authenticated", { user: { id: "user_ada" }, convexToken: "ey.e30.e" }],
    ["unauthenticated", null],
  ]) {
    test(`renders with a session that is ${status}, asking for nothing`, () => {
      assert.equal(typeof window, "undefined");
      const client = new ConvexReactClient("https://example.convex.cloud", { logger: false });
      const useSession = () => ({ status, data, update: () => assert.fail("no update here") });
      const Page = () => JSON.stringify(useConvexAuth());
      const before = console.error;
      const written = [];
      console.error = (...parts) => written.push(parts);
      try {
        const html = renderToString(
          createElement(ConvexProviderWithSession, { client, useSession }, createElement(Page)),
        );
        const { isLoading, isAuthenticated } = JSON.parse(html.replaceAll("&quot;", '"'));
        assert.equal(isAuthenticated, false, "until the client has been told");
        assert.equal(isLoading, status !== "unauthenticated");
      } finally {
        console.error = before;
      }
      assert.deepEqual(written, []);
      assert.equal(typeof createUseAuth(useSession), "function");
    });
  }
});

describe("misuse", () => {
  test("a session in place of the hook is refused", () => {
    for (const given of [undefined, { status: "loading" }]) {
      assert.throws(() => createUseAuth(given), { code: "ERR_USE_SESSION", hint: /useSession/ });
    }
  });

  test("a page without SessionProvider is told so", () => {
    const useAuth = createUseAuth(() => undefined);
    assert.throws(() => useAuth(), { code: "ERR_SESSION_PROVIDER", hint: /SessionProvider/ });
  });
});
