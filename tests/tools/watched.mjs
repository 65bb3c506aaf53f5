// Every run of a command that any test makes is watched: no secret that it could read, and none that it
// made, is in what it said or in a file where it does not belong.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseEnv } from "node:util";
import { Canaries, canariesOf, keysIn } from "./canaries.mjs";

/** Variables whose values are secrets, whatever they look like. */
const SECRET_NAMES = /SECRET|PASSWORD|DEPLOY_KEY|ADMIN_KEY/;
const SHORTEST_SECRET = 12;
const LONGEST_FILE = 200_000;

/**
 * Looks at what there is before a command, and returns what looks at it after.
 *
 * @param {string} folder
 * @param {string[]} args
 * @param {{ input?: string, env?: Record<string, string | undefined> }} given
 */
export function watch(folder, args, { input = "", env = {} } = {}) {
  const before = textsIn(folder);
  const call = args.map((word) => word.slice(0, 20)).join(" ");
  return (result) => {
    const after = textsIn(folder);
    const said = result.stdout + result.stderr;
    const given = [input, ...Object.values(env).filter(Boolean)];
    const sources = new Set([...given, ...before.values(), ...after.values()]);
    const keys = new Set([...sources].flatMap(keysIn));
    const canaries = [...keys].map(canariesOf);
    const secrets = { ...secretsIn(env), ...signaturesIn([...given, ...before.values()]) };
    for (const [path, text] of before) {
      if (/^\.env|\.env$/.test(basename(path))) Object.assign(secrets, secretsIn(parseEnv(text)));
    }
    canaries.push(new Canaries([], secrets));
    if (!args.includes("--print")) {
      for (const each of canaries) {
        assert.deepEqual(each.shownIn(said), [], `a secret in what this said: ${call}`);
      }
    }
    for (const [path, text] of after) {
      if (text === before.get(path) || holdsSecrets(folder, path, args)) continue;
      for (const each of canaries) {
        if (each.shownIn(before.get(path) ?? "").length > 0) continue; // As the test made it.
        assert.deepEqual(each.shownIn(text), [], `a secret in ${path} after: ${call}`);
      }
    }
  };
}

/** Whether a file is where the command puts keys, or a new text beside it that a killed one left. */
function holdsSecrets(folder, path, args) {
  const named = args.includes("--file") ? args[args.indexOf("--file") + 1] : ".env.local";
  const file = resolve(folder, named);
  // It may be a link.
  const own = realPath(file);
  const written = realPath(join(folder, path));
  if (written === own) return true;
  const name = basename(own);
  const beside = name.startsWith(".env")
    ? /^\.env\.tmp-\d+/
    : new RegExp(`^\\.${name}\\.tmp-\\d+$`);
  if (dirname(written) !== dirname(own) || !beside.test(basename(path))) return false;
  // Nobody may read it who could not read the old one.
  const mode = modeOf(own) ?? 0o600;
  assert.equal((modeOf(written) ?? 0) & 0o077 & ~mode, 0, `${path} is as closed as ${named}`);
  return true;
}

/** The file that a path leads to, which another command may have taken away by now. */
function realPath(path) {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), basename(path));
  }
}

function modeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}

/** The texts of a project, without what is installed and git's own. */
function textsIn(folder) {
  const texts = new Map();
  const pending = [folder];
  while (pending.length > 0) {
    const current = pending.pop();
    if (!existsSync(current)) continue;
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== ".git") pending.push(path);
      } else if (entry.isFile()) {
        try {
          if (statSync(path).size > LONGEST_FILE) continue;
          texts.set(relative(folder, path), readFileSync(path, "utf8"));
        } catch {
          // Gone meanwhile, or not for us to read.
        }
      }
    }
  }
  return texts;
}

function secretsIn(variables) {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => SECRET_NAMES.test(name) && (value?.length ?? 0) >= SHORTEST_SECRET,
    ),
  );
}

/** What makes a token one: whoever has read all but that cannot use it. */
function signaturesIn(texts) {
  const tokens = texts.flatMap((text) => [
    ...text.matchAll(/\beyJ[\w-]+\.[\w-]+\.(?<signature>[\w-]{40,})/g),
  ]);
  return Object.fromEntries(
    tokens.map(({ groups }, index) => [`signature ${index + 1}`, groups.signature]),
  );
}
