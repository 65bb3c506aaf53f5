// The checks that every host runs. Plain JavaScript with no import but `input.mjs`, so that any
// bundler and any runtime can carry it. It judges nothing: it reports what the package did there as
// plain JSON, and the runner judges that with independent code (lib/judge.mjs).

import input from "./input.mjs";

/** The claims of every token that the hosts sign. */
const claims = {
  sub: "user_2f9c",
  name: "Zoë Åström 🦦",
  properties: { id: 42, roles: ["admin", "editor"], team: { slug: "otters" } },
};

/**
 * @param {Record<string, any>} convexToken the module namespace of `convex-token` on this host
 * @param {{ generateRsa?: boolean }} options `generateRsa`: let the package make the RSA key as well
 * @returns {Promise<Record<string, any>>} a plain JSON object: each check's value or its error
 */
export async function runChecks(convexToken, { generateRsa = false } = {}) {
  const { createIssuer, generateKeys, jwksFromKey, signConvexToken, verifyConvexToken } =
    convexToken;
  const { issuer, rsaPrivateKey, rsaPublicKey } = input;
  const options = { issuer, audience: "convex" };
  const report = {};

  /** Runs one check and notes its value, or the error that it threw. */
  async function check(name, body) {
    try {
      report[name] = { value: (await body()) ?? null };
    } catch (error) {
      report[name] = { error: describe(error) };
    }
  }

  /** What a call that must be refused threw. */
  function refusal(call) {
    try {
      return { accepted: call() ?? null };
    } catch (error) {
      const { ConvexTokenError } = convexToken;
      return {
        ...describe(error),
        isError: error instanceof Error,
        isConvexTokenError: error instanceof ConvexTokenError,
      };
    }
  }

  await check("exports", () => Object.keys(convexToken).sort());

  for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
    await check(algorithm, () => {
      const generated =
        algorithm === "RS256" && !generateRsa ? undefined : generateKeys({ algorithm });
      const privateKey = generated?.privateKey ?? rsaPrivateKey;
      const jwks = jwksFromKey(privateKey);
      const tokens = signWithinOneSecond(() => signConvexToken(claims, { privateKey, ...options }));
      return {
        generated,
        privateKey,
        jwks,
        tokens,
        verified: verifyConvexToken(tokens[0], { jwks, ...options }),
        tampered: refusal(() => verifyConvexToken(tamper(tokens[0]), { jwks, ...options })),
      };
    });
  }

  for (const route of ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/other"]) {
    await check(route, async () => {
      const server = createIssuer({ privateKey: rsaPrivateKey, issuer });
      const response = await server.fetch(new Request(issuer + route));
      if (response === undefined) return null;
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text() };
    });
  }

  await check("public key refused", () =>
    refusal(() => signConvexToken(claims, { privateKey: rsaPublicKey, ...options })),
  );

  // With no key given the environment is read, where the host has one.
  await check("environment", () => {
    try {
      return { token: signConvexToken(claims) };
    } catch (error) {
      const { ConvexTokenError } = convexToken;
      return { ...describe(error), isConvexTokenError: error instanceof ConvexTokenError };
    }
  });

  return { claims, report };
}

/** Two tokens with the same `iat`: again, if the clock went from one second to the next between. */
function signWithinOneSecond(sign) {
  for (let attempt = 0; ; attempt++) {
    const tokens = [sign(), sign()];
    if (issuedAt(tokens[0]) === issuedAt(tokens[1]) || attempt === 5) return tokens;
  }
}

function issuedAt(token) {
  return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).iat;
}

/** The token with the first character of its signature exchanged. */
function tamper(token) {
  const dot = token.lastIndexOf(".") + 1;
  return token.slice(0, dot) + (token[dot] === "A" ? "B" : "A") + token.slice(dot + 1);
}

function describe(error) {
  const { name, message, code, hint, stack } = Object(error);
  return { name, message: message ?? String(error), code, hint, stack: String(stack) };
}
