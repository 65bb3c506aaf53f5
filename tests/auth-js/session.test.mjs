// convexSession() in the real next-auth, versions 4 and 5, with sessions in JWTs and in a database.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { after, afterEach, beforeEach, describe, test } from "node:test";
import { ConvexTokenError, decodeConvexToken, generateKeys } from "convex-token";
import { convexSession } from "convex-token/next-auth";
import { Judges, SITE_URL, logged, setEnvironment } from "./site/judges.mjs";
import { member } from "./site/oauth-provider.mjs";
import { startSite, user } from "./site/site.mjs";

const judges = new Judges();
after(() => judges.close());

for (const version of [4, 5]) {
  for (const strategy of ["jwt", "database"]) {
    describe(`next-auth ${version}, sessions in ${strategy === "jwt" ? "JWTs" : "a database"}`, () => {
      let keys, site;

      /** A browser in which the member of the OAuth provider is signed in. */
      async function signedIn(options, callbacks = {}, more = {}) {
        const session = convexSession(options);
        site = await startSite(version, {
          strategy,
          callbacks: { session, ...callbacks },
          ...more,
        });
        const browser = site.browser();
        await browser.signIn("stub");
        return browser;
      }
      beforeEach(() => (keys = setEnvironment()));
      afterEach(() => site.close());

      test("someone who came by OAuth has a token that Convex accepts", async () => {
        const browser = await signedIn();
        const session = await browser.session();
        const identity = await judges.identity(session.convexToken, keys.jwks);
        assert.equal(identity.name, member.name);
        assert.equal(identity.email, member.email);
        assert.equal(identity.pictureUrl ?? identity.picture, member.picture);
        if (strategy === "database") {
          assert.deepEqual([identity.subject], [...site.adapter.users.keys()]);
        } else if (version === 4) {
          assert.equal(identity.subject, member.id);
        }
        assert.deepEqual(site.said, []);
      });

      test("the session shows no more of the user than Auth.js does by itself, but for the id", async () => {
        const browser = await signedIn();
        const { convexToken, expires, user: shown, ...rest } = await browser.session();
        assert.equal(typeof convexToken, "string");
        assert.ok(Date.parse(expires) > Date.now());
        assert.deepEqual(rest, {});
        const { id, ...named } = shown;
        assert.deepEqual(named, { name: member.name, email: member.email, image: member.picture });
        const hasRows = version === 5 && strategy === "database";
        assert.equal(id, hasRows ? [...site.adapter.users.keys()][0] : undefined);
      });

      test("update() without data always brings a new token, so does every read", async () => {
        const browser = await signedIn();
        const tokens = [(await browser.session()).convexToken];
        for (let times = 0; times < 3; times++) {
          tokens.push((await browser.update(version)).convexToken);
        }
        tokens.push((await browser.session()).convexToken);
        assert.equal(new Set(tokens).size, tokens.length);
        const said = tokens.map((token) => {
          const { iat, exp, jti, ...claims } = decodeConvexToken(token).claims;
          return JSON.stringify(claims);
        });
        assert.equal(new Set(said).size, 1, "the claims stay, so that Convex's cache holds");
      });

      test("update(data) reaches the jwt callback as ever, and update() disturbs none that guards", async () => {
        const calls = [];
        const jwt = ({ token, trigger, session }) => {
          if (trigger === "update") calls.push(session);
          if (trigger === "update" && session?.name) token.name = session.name;
          return token;
        };
        const browser = await signedIn(undefined, { jwt });
        await browser.update(version);
        assert.equal((await browser.session()).user.name, member.name);
        await browser.update(version, { name: "Ada Hopper" });
        const { convexToken, user: shown } = await browser.session();
        if (strategy === "jwt") {
          assert.equal(shown.name, "Ada Hopper");
          assert.equal(decodeConvexToken(convexToken).claims.name, "Ada Hopper");
          assert.deepEqual(calls.at(-1), { name: "Ada Hopper" });
        } else {
          assert.deepEqual(calls, []);
        }
        // A plain update() is a POST in version 4, a GET in version 5.
        if (strategy === "jwt") assert.equal(calls.length, version === 4 ? 2 : 1);
      });

      test("one's own callback is composed with: its result is kept", async () => {
        const seen = [];
        const browser = await signedIn({
          session(parameters) {
            seen.push(parameters);
            const { session, token, user } = parameters;
            return {
              user: { id: user?.id ?? token.sub, name: "chosen" },
              expires: session.expires,
              plan: "free",
            };
          },
        });
        const session = await browser.session();
        assert.equal(session.plan, "free");
        assert.deepEqual(session.user.name, "chosen");
        const { claims } = decodeConvexToken(session.convexToken);
        assert.equal(claims.name, "chosen");
        assert.equal(
          "email" in claims,
          false,
          "what the session does not show is not in the token",
        );
        assert.equal(claims.sub, session.user.id);
        await browser.update(version, { some: "data" });
        if (strategy === "database") {
          assert.equal(seen.at(-1).trigger, "update");
          assert.deepEqual(seen.at(-1).newSession, { some: "data" });
        }
      });

      test("one's own callback may end the session: there is no token then", async () => {
        const browser = await signedIn({ session: () => null });
        const session = await browser.session();
        assert.equal(session?.convexToken, undefined);
        assert.equal(session?.convexTokenError, undefined);
      });

      test("claims are chosen from the session, the token and the user", async () => {
        const browser = await signedIn({
          session: ({ session }) => ({ ...session, plan: "free" }),
          claims: async ({ session, token, user }) => ({
            sub: `chosen:${user ? user.email : token.email}`,
            plan: session.plan,
            nickname: undefined,
          }),
          expiresIn: "5m",
          audience: "my-app",
          keyId: false,
        });
        const { convexToken } = await browser.session();
        const { header, claims } = decodeConvexToken(convexToken);
        const { iss, aud, iat, exp, jti, ...chosen } = claims;
        assert.deepEqual(chosen, { sub: `chosen:${member.email}`, plan: "free" });
        assert.deepEqual([iss, aud, exp - iat], [SITE_URL, "my-app", 300]);
        assert.equal("kid" in header, false);
      });

      test("refused claims, or a `claims` that throws: signed in still, told in the log", async () => {
        let claims = () => ({ sub: "user_1", iss: "https://mine.example" });
        const browser = await signedIn({ claims: () => claims() });
        const refused = await logged(() => browser.session());
        assert.equal(refused.result.user.name, member.name);
        assert.equal(refused.result.convexToken, undefined);
        assert.equal(refused.result.convexTokenError, "ERR_CLAIM_RESERVED");
        assert.match(
          refused.lines.join("\n"),
          /^\[convex-token\] The session has no convexToken: ERR_CLAIM_RESERVED: .*"iss"/,
        );
        claims = () => {
          throw new Error("the database is away");
        };
        const thrown = await logged(() => browser.session());
        assert.equal(thrown.result.convexTokenError, "ERR_SESSION_CLAIMS");
        assert.match(thrown.lines.join("\n"), /ERR_SESSION_CLAIMS: .* the database is away/s);
        claims = () => ({ sub: "user_1" });
        const mended = await browser.session();
        assert.equal(decodeConvexToken(mended.convexToken).claims.sub, "user_1");
        assert.equal("convexTokenError" in mended, false);
      });

      test("nobody signed in: no session, no token, and none after signing out", async () => {
        const browser = await signedIn();
        const stranger = await site.browser().session();
        assert.deepEqual(stranger, version === 4 ? {} : null);
        await browser.signOut();
        assert.deepEqual(await browser.session(), version === 4 ? {} : null);
        assert.equal((await browser.fetch("/api/session/token")).status, 401);
      });

      test("without a key nobody is signed out: the log says which variable and where", async () => {
        delete process.env.CONVEX_AUTH_PRIVATE_KEY;
        const browser = await signedIn(); // Neither making the callback nor signing in needs it.
        const { result, lines } = await logged(() => browser.session());
        assert.equal(result.user.email, member.email);
        assert.equal(result.convexToken, undefined);
        assert.equal(result.convexTokenError, "ERR_KEY_MISSING");
        assert.match(lines[0], /ERR_KEY_MISSING: .*CONVEX_AUTH_PRIVATE_KEY.*npx convex-token keys/);
        const route = await logged(() => browser.fetch("/api/session/token"));
        assert.equal(route.result.status, 500);
        assert.equal((await route.result.json()).error.code, "ERR_KEY_MISSING");
        assert.match(route.lines.at(-1), /^\[convex-token\] The token route .*ERR_KEY_MISSING/);

        setEnvironment(); // The key arrives: no restart, no new login.
        assert.equal(typeof (await browser.session()).convexToken, "string");
      });

      test("another key in the environment is taken at once", async () => {
        const browser = await signedIn();
        const kid = async () => decodeConvexToken((await browser.session()).convexToken).header.kid;
        assert.equal(await kid(), keys.kid);
        const next = setEnvironment();
        assert.equal(await kid(), next.kid);
      });

      const sites = [
        ["https://happy-animal-123.convex.cloud", "ERR_ISSUER_CLOUD"],
        ["happy-animal-123.convex.site", "ERR_ISSUER_INVALID"],
        ["", "ERR_ISSUER_MISSING"],
      ];
      for (const [url, code] of sites) {
        test(`CONVEX_SITE_URL="${url}" is told as ${code}`, async () => {
          process.env.CONVEX_SITE_URL = url;
          const browser = await signedIn();
          const { result, lines } = await logged(() => browser.session());
          assert.equal(result.convexTokenError, code);
          assert.equal(result.user.name, member.name);
          assert.match(lines[0], new RegExp(`${code}: .*CONVEX_SITE_URL|${code}: .*convex\\.site`));
        });
      }

      test("a trailing slash in CONVEX_SITE_URL is taken off", async () => {
        process.env.CONVEX_SITE_URL = `${SITE_URL}/`;
        const browser = await signedIn();
        await judges.identity((await browser.session()).convexToken, keys.jwks);
      });

      test("the token route hands out the session's token, fresh at each call", async () => {
        const browser = await signedIn();
        const answers = [];
        for (const path of ["/api/session/token", "/api/session/token?force=true"]) {
          const response = await browser.fetch(path);
          assert.equal(response.status, 200);
          assert.equal(response.headers.get("cache-control"), "no-store");
          answers.push((await response.json()).token);
        }
        assert.notEqual(...answers);
        const session = await browser.session();
        const identity = await judges.identity(answers[1], keys.jwks);
        assert.equal(identity.subject, decodeConvexToken(session.convexToken).claims.sub);
      });

      const subjects = {
        "the default": [undefined],
        "a callback that shows another id": [
          { session: ({ session }) => ({ ...session, user: { ...session.user, id: "shown_7" } }) },
        ],
        "claims of one's own": [{ claims: () => ({ sub: "chosen_7" }) }, "chosen_7"],
      };
      for (const [what, [options, wanted]] of Object.entries(subjects)) {
        test(`the token route's own options change nobody's subject: ${what}`, async () => {
          const browser = await signedIn(options, {}, { route: { expiresIn: "5m" } });
          const { convexToken } = await browser.session();
          const { sub } = decodeConvexToken(convexToken).claims;
          if (wanted !== undefined) assert.equal(sub, wanted);
          for (const query of ["", "?force=true"]) {
            const response = await browser.fetch(`/api/session/token${query}`);
            assert.equal(response.status, 200);
            const { token } = await response.json();
            const { claims } = decodeConvexToken(token);
            assert.deepEqual([claims.sub, claims.exp - claims.iat], [sub, 300]);
            assert.equal((await judges.identity(token, keys.jwks)).subject, sub);
          }
        });
      }

      test("without Auth.js's own secret it says so itself, and there is no token", async (t) => {
        t.after(() => delete process.env.NODE_ENV);
        process.env.NODE_ENV = "production"; // elsewhere version 4 makes a secret up
        const signing = signedIn(undefined, {}, { config: { secret: "" } });
        await assert.rejects(signing, /configuration|not signed in/);
        assert.match(site.said.join("\n"), /NO_SECRET|MissingSecret/);
        const response = await site.browser().fetch("/api/session/token");
        assert.notEqual(response.status, 200);
      });
    });
  }

  test(`next-auth ${version}: Credentials, whose sessions are in JWTs`, async (t) => {
    const keys = setEnvironment();
    const site = await startSite(version, { callbacks: { session: convexSession() } });
    t.after(() => site.close());
    const browser = site.browser();
    await browser.signIn("credentials");
    const { convexToken } = await browser.session();
    const identity = await judges.identity(convexToken, keys.jwks);
    assert.equal(identity.subject, user.id);
    assert.equal(identity.name, user.name);
    assert.equal(identity.email, user.email);
    assert.equal("picture" in decodeConvexToken(convexToken).claims, false);
  });
}

describe("OAuth without a database", () => {
  beforeEach(() => void setEnvironment());

  /** The subjects of one browser after another. */
  async function subjects(t, version, providers, callbacks) {
    const [, ...others] = new Set(providers);
    const options = { callbacks: { session: convexSession(), ...callbacks }, others };
    const site = await startSite(version, options);
    t.after(() => site.close());
    const found = [];
    for (const provider of providers) {
      const browser = site.browser();
      await browser.signIn(provider);
      found.push(decodeConvexToken((await browser.session()).convexToken).claims.sub);
    }
    return found;
  }
  const jwt = ({ token, account }) => {
    if (account) token.sub = `${account.provider}|${account.providerAccountId}`;
    return token;
  };

  test("next-auth 5 makes a new sub up at each login, 4 takes an id that two providers may have", async (t) => {
    assert.notEqual(...(await subjects(t, 5, ["stub", "stub"], {})));
    assert.deepEqual(await subjects(t, 4, ["stub", "other"], {}), [member.id, member.id]);
  });

  for (const version of [4, 5]) {
    test(`next-auth ${version}: a jwt callback keeps the provider's id, and its name apart from others`, async (t) => {
      assert.deepEqual(await subjects(t, version, ["stub", "stub", "other"], { jwt }), [
        `stub|${member.id}`,
        `stub|${member.id}`,
        `other|${member.id}`,
      ]);
    });
  }
});

test("next-auth 4 itself ends the session when update() meets a jwt callback without a guard", async (t) => {
  setEnvironment();
  const jwt = ({ token, trigger, session }) => {
    if (trigger === "update") token.name = session.name;
    return token;
  };
  const site = await startSite(4, { callbacks: { jwt, session: convexSession() } });
  t.after(() => site.close());
  const browser = site.browser();
  await browser.signIn("stub");
  assert.deepEqual(await browser.update(4), {});
  assert.match(site.said.join("\n"), /JWT_SESSION_ERROR/);
});

test("the key may be given as an option, and then the environment's is not looked at", async () => {
  delete process.env.CONVEX_AUTH_PRIVATE_KEY;
  const { privateKey, kid } = generateKeys({ algorithm: "EdDSA" });
  const callback = convexSession({ privateKey, issuer: "https://mine.example" });
  const session = await callback({ session: { expires: "later" }, token: { sub: "user_1" } });
  const { header, claims } = decodeConvexToken(session.convexToken);
  assert.deepEqual([header.kid, claims.iss, claims.sub], [kid, "https://mine.example", "user_1"]);
});

test("the key is read and parsed once, however many sessions are read", async () => {
  setEnvironment();
  let reads = 0;
  const { privateKey } = generateKeys({ algorithm: "EdDSA" });
  const jwk = createPrivateKey(privateKey).export({ format: "jwk" });
  const key = { toJSON: () => (reads++, jwk) };
  const callback = convexSession({ privateKey: key });
  assert.equal(reads, 0, "not before the first session");
  for (let times = 0; times < 5; times++) {
    await callback({ session: { expires: "later" }, token: { sub: "user_1" } });
  }
  assert.equal(reads, 1);
});

test("a user without an id is told as ERR_SESSION_USER, with the option that mends it", async () => {
  setEnvironment();
  const callback = convexSession();
  const given = { session: { user: { name: "Ada" }, expires: "later" }, token: {} };
  const { result, lines } = await logged(() => callback(given));
  assert.equal(result.convexTokenError, "ERR_SESSION_USER");
  assert.match(lines[0], /without an id.*`claims`/);
});

test("one's own callback given in place of options is refused at once", () => {
  assert.throws(() => convexSession(({ session }) => session), { code: "ERR_OPTION" });
});

describe("whatever happens, the callback gives a session", () => {
  beforeEach(() => void setEnvironment());

  /** What can be thrown, or given, that cannot be looked at. */
  function revoked() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }
  const fails = () => {
    throw new Error("not to be looked at");
  };
  const unreadable = () => new Proxy({}, { get: fails, getPrototypeOf: fails, ownKeys: fails });
  const unshowable = () => ({
    get [Symbol.for("nodejs.util.inspect.custom")]() {
      return fails();
    },
  });
  const given = () => ({
    session: { user: { name: "Ada" }, expires: "later" },
    token: { sub: "a" },
  });
  const thrown = {
    "a revoked proxy": revoked,
    "what cannot be read": unreadable,
    "what no console can show": unshowable,
    "an object without a prototype": () => Object.create(null),
    "what only looks like an error of ours": () => Object.create(ConvexTokenError.prototype),
    nothing: () => undefined,
    "a symbol": () => Symbol("odd"),
  };

  for (const [what, make] of Object.entries(thrown)) {
    test(`claims throw ${what}`, async () => {
      for (const claims of [
        () => {
          throw make();
        },
        () => Promise.reject(make()),
      ]) {
        const { result, lines } = await logged(() => convexSession({ claims })(given()));
        assert.deepEqual(result, { ...given().session, convexTokenError: "ERR_SESSION_CLAIMS" });
        assert.match(
          lines[0],
          /^\[convex-token\] The session has no convexToken: ERR_SESSION_CLAIMS: /,
        );
      }
    });
  }

  test("the log cannot show what was thrown: it has the code and the cure", async (t) => {
    const { error } = console;
    t.after(() => (console.error = error));
    const lines = [];
    console.error = (...parts) => {
      if (parts.length > 1) fails();
      lines.push(parts[0]);
    };
    const result = await convexSession({ claims: fails })(given());
    assert.equal(result.convexTokenError, "ERR_SESSION_CLAIMS");
    assert.match(lines[0], /ERR_SESSION_CLAIMS: .*`claims`/);
    console.error = fails;
    assert.equal(
      (await convexSession({ claims: fails })(given())).convexTokenError,
      "ERR_SESSION_CLAIMS",
    );
  });

  for (const [what, chosen] of Object.entries({
    "a revoked proxy": revoked,
    "what cannot be read": unreadable,
    "a thenable that throws": () => ({ then: fails }),
    nothing: () => undefined,
    "a getter that throws": () => ({
      sub: "a",
      get name() {
        return fails();
      },
    }),
  })) {
    test(`claims give ${what}`, async () => {
      const { result } = await logged(() => convexSession({ claims: chosen })(given()));
      assert.equal(result.convexToken, undefined);
      assert.match(result.convexTokenError, /^ERR_/);
      assert.equal(result.user.name, "Ada");
    });
  }

  for (const id of [NaN, Infinity, 2 ** 53, 0.5, null, {}, "", true]) {
    test(`a user whose id is ${typeof id === "object" ? JSON.stringify(id) : String(id)}`, async () => {
      for (const of of [{ user: { id } }, { token: { sub: id } }]) {
        const session = { user: { name: "Ada" }, expires: "later" };
        const { result } = await logged(() => convexSession()({ session, ...of }));
        assert.deepEqual(result, { ...session, convexTokenError: "ERR_SESSION_USER" });
      }
    });
  }

  test("a row whose end is no date: nobody knows whether the session has ended, so it has no token", async () => {
    const user = { id: "user_1815", name: "Ada" };
    const row = { sessionToken: "secret", userId: user.id, expires: new Date(NaN), user };
    const { result, lines } = await logged(() => convexSession()({ session: row, user }));
    const { user: shown, ...rest } = result;
    assert.deepEqual(
      { ...shown },
      { id: user.id, name: "Ada", email: undefined, image: undefined },
    );
    assert.deepEqual(rest, { expires: "", convexTokenError: "ERR_SESSION_EXPIRES" });
    assert.match(lines[0], /ERR_SESSION_EXPIRES: .*`expires`/);
    assert.ok(!JSON.stringify([result, lines]).includes("secret"));
  });

  test("a session that says nothing of its end has a token all the same", async () => {
    for (const expires of ["", undefined, "later", null]) {
      const { convexToken } = await convexSession()({ session: { expires }, token: { sub: "a" } });
      assert.equal(decodeConvexToken(convexToken).claims.sub, "a");
    }
  });

  test("rows that cannot be read: nothing of them is shown", async () => {
    const row = {
      sessionToken: "secret",
      get expires() {
        return fails();
      },
    };
    for (const session of [
      row,
      { sessionToken: "secret", user: unreadable() },
      unreadable(),
      undefined,
    ]) {
      const { result } = await logged(() => convexSession()({ session, user: { id: "a" } }));
      assert.equal(result?.convexToken, undefined);
      assert.ok(!JSON.stringify(result ?? null).includes("secret"));
    }
  });

  test("what one's own callback has left there of tokens goes out with neither", async () => {
    const session = ({ session }) => ({
      ...session,
      convexToken: "theirs",
      convexTokenError: "ERR_X",
    });
    const signed = await convexSession({ session })(given());
    assert.equal(decodeConvexToken(signed.convexToken).claims.sub, "a");
    assert.equal("convexTokenError" in signed, false);
    const { result } = await logged(() => convexSession({ session, claims: fails })(given()));
    assert.equal("convexToken" in result, false);
    assert.equal(result.convexTokenError, "ERR_SESSION_CLAIMS");
  });

  test("but for what one's own callback throws, which is Auth.js's to hear", async () => {
    const session = () => Promise.reject(new Error("mine"));
    await assert.rejects(convexSession({ session })(given()), /mine/);
  });
});

test("options that are no functions are refused at once; null is none", async () => {
  for (const name of ["claims", "session"]) {
    for (const value of [{}, "x", 1, true]) {
      assert.throws(() => convexSession({ [name]: value }), {
        code: "ERR_OPTION",
        message: new RegExp(`\`${name}\` is (1|of the type ${typeof value})\\.`),
        hint: /a function/,
      });
    }
  }
  setEnvironment();
  const given = { session: { expires: "later" }, token: { sub: "a" } };
  for (const options of [null, undefined, { claims: null, session: null }]) {
    const { convexToken } = await convexSession(options)(given);
    assert.equal(decodeConvexToken(convexToken).claims.sub, "a");
  }
});
