// The folders of one run. `source` is a copy of the fixtures, inside this folder so that bundlers and
// frameworks find node_modules as they would in a project, with the tarball unpacked in a node_modules
// of its own: package.json and package-lock.json stay as they are, and runs do not disturb each
// other. `output` is outside of the tree: a bundle that runs there needs nothing but itself. `alone`,
// in it, is a second copy, where the package finds no other package.

import { createHash, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { unpackInto } from "../../tools/tarball.mjs";
import { Deviation } from "./deviation.mjs";

export const root = path.resolve(import.meta.dirname, "..");

/** The installed version of one of the packages that the hosts are. */
export function versionOf(name) {
  return JSON.parse(fs.readFileSync(path.join(root, "node_modules", name, "package.json"))).version;
}

/** The program of an installed package. */
export function program(...parts) {
  return path.join(root, "node_modules", ...parts);
}

/** A program that a package of this platform brings: `node_modules/SCOPE/PREFIX…/FILE`. */
export function platformProgram(scope, prefix, file) {
  const folder = program(scope);
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const found = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(folder, name, file))
    .find((name) => fs.existsSync(name));
  if (!found) throw new Deviation(`${scope}/${prefix}…/${file} in node_modules`, "none");
  return found;
}

export class Workspace {
  constructor(tarball) {
    this.tarball = tarball;
    fs.mkdirSync(path.join(root, ".work"), { recursive: true });
    this.source = fs.mkdtempSync(path.join(root, ".work", "run-"));
    this.output = fs.mkdtempSync(path.join(os.tmpdir(), "convex-token-hosts-"));
    this.input = makeInput();
    this.manifest = this.#makeProject(this.source);
    this.alone = this.outputFolder("project");
    this.#makeProject(this.alone);
  }

  /** Makes a project of the fixtures with the package installed, and returns its manifest. */
  #makeProject(folder) {
    const installed = unpackInto(folder, this.tarball);
    const installedManifest = JSON.parse(
      fs.readFileSync(path.join(installed, "package.json"), "utf8"),
    );

    fs.cpSync(path.join(root, "checks.mjs"), path.join(folder, "checks.mjs"));
    fs.cpSync(path.join(root, "fixtures"), path.join(folder, "fixtures"), { recursive: true });
    const input = `export default ${JSON.stringify(this.input, null, 2)};\n`;
    fs.writeFileSync(path.join(folder, "input.mjs"), input);
    const dependencies = { "convex-token": installedManifest.version };
    const manifest = { name: "hosts", private: true, type: "module", dependencies };
    fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2));
    return installedManifest;
  }

  fixture(...parts) {
    return path.join(this.source, "fixtures", ...parts);
  }

  /** A fixture of the project that has nothing but the package. */
  fixtureAlone(...parts) {
    return path.join(this.alone, "fixtures", ...parts);
  }

  /** A folder of a host's own, outside of the tree. */
  outputFolder(name) {
    const folder = path.join(this.output, name);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** The variables under which a deployment keeps its key, written as people write it there. */
  get environment() {
    return {
      CONVEX_AUTH_PRIVATE_KEY: this.input.rsaPrivateKey.trimEnd().replaceAll("\n", "\\n"),
      CONVEX_SITE_URL: this.input.issuer,
    };
  }

  /** One line that says what is tested. */
  describe() {
    const bytes = fs.readFileSync(this.tarball);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const { name, version } = this.manifest;
    return `${name} ${version}, ${Math.round(bytes.length / 1024)} KiB packed, sha256 ${digest}…`;
  }

  remove() {
    for (const folder of [this.source, this.output]) {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }
}

function makeInput() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    issuer: "https://happy-otter-123.convex.site",
    rsaPrivateKey: privateKey.export({ format: "pem", type: "pkcs8" }),
    rsaPublicKey: publicKey.export({ format: "pem", type: "spki" }),
  };
}
