// Bundles the command line into one file of its own, with the libraries that only it uses, and puts
// their licences beside it: a step of scripts/build.
//
//   node scripts/bundle-command.mjs DIST TEMPLATE
//
// The library is not taken in: the command imports it from ../index.js as everybody does, its class of errors
// too, since an error of another copy's class would be none of the library's.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [dist, template] = process.argv.slice(2).map((folder) => resolve(folder));
const require = createRequire(join(template, "package.json"));
const { build } = require("esbuild");

const folder = join(dist, "cli");
const library = ["index.js", "errors.js"].map((name) => join(dist, name));

const { outputFiles, metafile } = await build({
  absWorkingDir: dist,
  entryPoints: ["cli/main.js"],
  outfile: "cli/main.js",
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // The licences have a file of their own.
  legalComments: "none",
  minify: true,
  plugins: [{ name: "library-stays-outside", setup }],
});

/** Every import that means the library's entry, or the errors in it, becomes one import of ../index.js. */
function setup({ onResolve }) {
  onResolve({ filter: /\/(index|errors)\.js$/ }, ({ path, resolveDir }) => {
    const isLibrary = library.includes(resolve(resolveDir, path));
    return isLibrary ? { path: "../index.js", external: true } : undefined;
  });
}

rmSync(folder, { recursive: true });
mkdirSync(folder);
writeFileSync(join(folder, "main.js"), outputFiles[0].contents);
writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licences(Object.keys(metafile.inputs)));

/** The licence of each package that a bundled file came from. */
function licences(inputs) {
  const names = new Set(
    inputs.flatMap((path) => {
      const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      return name === undefined ? [] : [name];
    }),
  );
  const notices = [...names].sort().map((name) => {
    const home = join(template, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const file = readdirSync(home).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} comes without the text of its licence.`);
    const text = readFileSync(join(home, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `dist/cli/main.js has parts of these packages in it:\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}
