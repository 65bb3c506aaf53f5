// A fresh process from its start to its first token and its end.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chosenKinds, claims, dist, issuer, keysOf } from "../lib/package.mjs";
import { takeTurns } from "../lib/measure.mjs";

export const name = "start-up";

export async function* rows(options) {
  const { rounds, quick } = options;
  // Beside node_modules, so that the peer is found.
  const folder = mkdtempSync(join(import.meta.dirname, "../.start-up-"));
  try {
    for (const kind of chosenKinds({ ...options, quick: true })) {
      const { pem, kid } = keysOf(kind);
      const program = (name, text) => {
        const file = join(folder, `${name}.mjs`);
        writeFileSync(file, text);
        return () => {
          const { status } = spawnSync(process.execPath, [file], {
            stdio: ["ignore", "ignore", 2],
          });
          if (status !== 0) throw new Error(`${file} failed`);
        };
      };
      const [key, about] = [JSON.stringify(pem), JSON.stringify(claims)];
      const samples = await takeTurns(
        {
          signConvexToken: program(
            "own",
            `import { signConvexToken } from ${JSON.stringify(pathToFileURL(join(dist, "index.js")))};
             console.log(signConvexToken(${about}, { privateKey: ${key}, issuer: "${issuer}" }));`,
          ),
          "jose, the recipe": program(
            "jose",
            `import { SignJWT, importPKCS8 } from "jose";
             const key = await importPKCS8(${key}, "${kind.algorithm}");
             console.log(await new SignJWT(${about})
               .setProtectedHeader({ alg: "${kind.algorithm}", kid: "${kid}", typ: "JWT" })
               .setIssuer("${issuer}").setAudience("convex").setIssuedAt().setExpirationTime("1h")
               .sign(key));`,
          ),
          "Node alone": program("nothing", "console.log(1);"),
        },
        { rounds: quick ? 10 : Math.max(20, rounds), once: true },
      );
      yield {
        what: `start to first token ${kind.name}`,
        samples,
        compare: [{ ours: "signConvexToken", peer: "jose, the recipe", atMost: 1.25, aim: 1 }],
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
