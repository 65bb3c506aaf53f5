// Keys made, and keys read for the first time.
import { importPKCS8 } from "jose";
import forge from "node-forge";
import { createPrivateKey, generateKeyPairSync, webcrypto } from "node:crypto";
import { chosenKinds, convexToken, issuer, keysOf } from "../lib/package.mjs";
import { takeTurns } from "../lib/measure.mjs";
import { rsaCrate } from "../lib/rsa-crate.mjs";

export const name = "keys";

export async function* rows(options) {
  const { rounds, quick } = options;
  const subtle = (modulusLength) => () =>
    webcrypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        hash: "SHA-256",
        modulusLength,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      true,
      ["sign", "verify"],
    );
  const wanted = ({ algorithm }) => algorithm === "RS256";
  for (const { modulusLength } of chosenKinds(options).filter(wanted)) {
    const samples = await takeTurns(
      {
        generateKeys: () => convexToken.generateKeys({ modulusLength }),
        WebCrypto: subtle(modulusLength),
        "node:crypto": () => generateKeyPairSync("rsa", { modulusLength }),
      },
      // How long it takes is chance: the more, the better.
      { rounds: quick ? 10 : 30, once: true, budget: 25_000 },
    );
    const goal = modulusLength === 2048 && { atMost: 2, aim: 1 };
    const compare = [{ ours: "generateKeys", peer: "WebCrypto", chance: true, ...goal }];
    yield { what: `make a key RS256 ${modulusLength}`, samples, compare };
  }
  // Apart: seconds a key would leave too few rounds of the others.
  if (!quick && chosenKinds(options).some(({ main, algorithm }) => main && wanted({ algorithm }))) {
    yield await beyondTheHost(2048);
  }
  for (const kind of chosenKinds(options)) {
    const { pem } = keysOf(kind);
    const samples = await takeTurns(
      {
        "createIssuer, then dispose": () =>
          convexToken.createIssuer({ privateKey: pem, issuer }).dispose(),
        "jose importPKCS8": () => importPKCS8(pem, kind.algorithm),
        "node:crypto createPrivateKey": () => createPrivateKey(pem),
      },
      { rounds },
    );
    yield {
      what: `read a PEM ${kind.name}`,
      samples,
      compare: [
        { ours: "createIssuer, then dispose", peer: "jose importPKCS8" },
        ...(kind.main ? [{ ours: "createIssuer, then dispose", atMost: 1, aim: 0.3 }] : []),
      ],
    };
  }
}

/** Keys made without the host's crypto. */
async function beyondTheHost(modulusLength) {
  const crate = await rsaCrate();
  // Otherwise it has Node make the key.
  forge.options.usePureJavaScript = true;
  const contenders = {
    generateKeys: () => convexToken.generateKeys({ modulusLength }),
    ...(crate && { "rsa crate in wasm": () => crate.generate(modulusLength) }),
    "node-forge": () => forge.pki.rsa.generateKeyPair({ bits: modulusLength }),
  };
  const samples = await takeTurns(contenders, { rounds: 10, once: true, budget: 30_000 });
  forge.options.usePureJavaScript = false;
  const peers = Object.keys(contenders).slice(1);
  const compare = peers.map((peer) => ({ ours: "generateKeys", peer, chance: true }));
  return { what: `make a key RS256 ${modulusLength}, no host's crypto`, samples, compare };
}
