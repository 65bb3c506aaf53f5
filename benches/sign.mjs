// Time per token, ours beside `jose` in one process: `node benches/sign.mjs [ROUNDS]`.
//
// The kinds take turns, round by round, so that a change of the machine's speed hits all alike. What
// counts is the ratio to jose with a cached key in the same run.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { createIssuer, generateKeys, signConvexToken } = await import(
  pathToFileURL(join(root, "pkg/dist/index.js"))
);
const { nodeSigner } = await import(pathToFileURL(join(root, "pkg/dist/node.js")));
const packages = createRequire(join(root, "tests/package/"));
const { SignJWT, importPKCS8 } = await import(pathToFileURL(packages.resolve("jose")));

const rounds = Number(process.argv[2] ?? 200);
const issuer = "https://happy-animal-123.convex.site";
const claims = { sub: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };

const table = [];
for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  const { privateKey, kid } = generateKeys({ algorithm });
  const own = createIssuer({ privateKey, issuer });
  const native = createIssuer({ signer: nodeSigner(privateKey), issuer });
  const cached = await importPKCS8(privateKey, algorithm);
  const jose = (key) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience("convex")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(key);
  const kinds = {
    "jose, key cached": () => jose(cached),
    "the recipe: importPKCS8 and SignJWT per call": async () =>
      jose(await importPKCS8(privateKey, algorithm)),
    "signConvexToken, PEM per call": () => signConvexToken(claims, { privateKey, issuer }),
    "issuer.sign": () => own.sign(claims),
    "issuer.token, unforced": () => own.token(claims),
    "issuer.sign with nodeSigner": () => native.sign(claims),
  };
  const times = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
  for (let round = -10; round < rounds; round += 1) {
    for (const [name, sign] of Object.entries(kinds)) {
      const started = process.hrtime.bigint();
      await sign();
      const elapsed = Number(process.hrtime.bigint() - started) / 1000;
      if (round >= 0) times[name].push(elapsed);
    }
  }
  const baseline = median(times["jose, key cached"]);
  for (const [name, all] of Object.entries(times)) {
    const microseconds = median(all);
    table.push({
      algorithm,
      way: name,
      µs: Number(microseconds.toFixed(microseconds < 100 ? 1 : 0)),
      "× jose cached": Number((microseconds / baseline).toPrecision(2)),
    });
  }
}
console.log(`Node.js ${process.versions.node}, medians of ${rounds} rounds`);
console.table(table);

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
