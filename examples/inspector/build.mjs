// Makes dist/index.html: one file with the script, the style and the WebAssembly module in it, and a
// Content-Security-Policy that lets in these and nothing else.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: { script: "src/main.js", style: "src/style.css" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"], // light-dark()
  legalComments: "none",
  outdir: "dist",
  write: false,
});
const parts = { script: bundled(".js"), style: bundled(".css") };

const policy = [
  "default-src 'none'",
  "connect-src 'none'",
  `script-src '${hashOf(parts.script)}' 'wasm-unsafe-eval'`,
  `style-src '${hashOf(parts.style)}'`,
  "img-src data:", // The icon.
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'", // No text ever becomes markup.
  "trusted-types 'none'",
].join("; ");

const page = readFileSync("src/index.html", "utf8")
  .replace("{policy}", () => policy)
  .replace('<link rel="stylesheet" href="style.css" />', () => `<style>${parts.style}</style>`)
  .replace(
    '<script type="module" src="main.js"></script>',
    () => `<script type="module">${parts.script}</script>`,
  );
mkdirSync("dist", { recursive: true });
writeFileSync("dist/index.html", page);
console.log(`dist/index.html has ${Math.round(page.length / 1000)} KB.`);

/** @param {string} ending of the file's name */
function bundled(ending) {
  return outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? "";
}

/** @param {string} text */
function hashOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
