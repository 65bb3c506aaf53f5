// A project of somebody's, in a folder of its own: with the packages that such a project has installed,
// their types from where this package has them for its own.
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { unpackInto } from "../tools/tarball.mjs";

const modules = join(import.meta.dirname, "node_modules");
const typesOfPeers = join(import.meta.dirname, "../../pkg-template/node_modules");

export class Workshop {
  /** @param {Record<string, string>} files by path */
  static async create(files) {
    const workshop = new Workshop();
    workshop.folder = await mkdtemp(join(tmpdir(), "convex-functions-"));
    const installed = join(workshop.folder, "node_modules");
    for (const from of [modules, typesOfPeers]) await linkPackages(from, installed);
    unpackInto(workshop.folder);
    const dependencies = { convex: "*", "convex-token": "*" };
    const manifest = JSON.stringify({ private: true, type: "module", dependencies });
    await workshop.write({ "package.json": manifest, ...files });
    return workshop;
  }

  async write(files) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** What TypeScript has to say of all files, as a strict project of Next.js has it. */
  async typeErrors() {
    const compilerOptions = {
      target: "es2022",
      lib: ["es2022", "dom", "dom.iterable"],
      module: "esnext",
      moduleResolution: "bundler",
      jsx: "react-jsx",
      types: ["node"],
      strict: true,
      noEmit: true,
      // The declarations of others are looked up where they are linked, and not checked.
      preserveSymlinks: true,
      skipLibCheck: true,
    };
    const exclude = ["node_modules"];
    await this.write({ "tsconfig.json": JSON.stringify({ compilerOptions, exclude }) });
    const tsc = join(modules, "typescript/bin/tsc");
    try {
      execFileSync(process.execPath, [tsc, "--project", this.folder], { encoding: "utf8" });
      return "";
    } catch ({ stdout, stderr }) {
      return `${stdout}${stderr}`;
    }
  }

  /** Runs lines of a shell in the project, as a person with these variables would. */
  async shell(script, env) {
    const bin = join(this.folder, "node_modules/.bin");
    const { stdout } = await promisify(execFile)("sh", ["-euc", script], {
      cwd: this.folder,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: this.folder, ...env },
      timeout: 100_000,
    });
    return stdout;
  }

  remove() {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Links what is in one node_modules into another, but for what is there already. */
async function linkPackages(from, into) {
  for (const name of await packageNames(from)) {
    if (name === "convex-token") continue;
    const link = join(into, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(from, name), link).catch(({ code }) => {
      if (code !== "EEXIST") throw new Error(`${link} could not be linked: ${code}`);
    });
  }
  const bin = join(into, ".bin");
  await mkdir(bin, { recursive: true });
  const programs = {
    convex: join(modules, "convex/bin/main.js"),
    "convex-token": join(into, "convex-token/dist/cli/main.js"),
  };
  for (const [name, file] of Object.entries(programs)) {
    await symlink(file, join(bin, name)).catch(() => {});
  }
}

async function packageNames(folder) {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const scoped = names.filter((name) => name.startsWith("@"));
  const inside = scoped.map(async (scope) =>
    (await readdir(join(folder, scope))).map((name) => `${scope}/${name}`),
  );
  return [...names.filter((name) => !name.startsWith("@")), ...(await Promise.all(inside)).flat()];
}
