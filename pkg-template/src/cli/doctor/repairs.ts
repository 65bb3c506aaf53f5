/** What `doctor --fix` mends: edits that can do no harm, shown as a diff before they are made. */
import { chmodSync } from "node:fs";
import { withReplaced } from "../env-text.js";
import { SECRET_MODE, writeAll, type Change } from "../files.js";
import { readText } from "../files/system.js";
import { planAuthConfig } from "../init/auth-config.js";
import { diffOf } from "../init/diff.js";
import { planHttpRoutes } from "../init/http-routes.js";
import { Plan } from "../init/plan.js";
import type { Surroundings } from "../init/project.js";

/** One edit. */
export type Repair =
  | { kind: "variable"; path: string; name: string; value: string }
  /** The lines of a key that stand without quotes. */
  | { kind: "key-lines"; path: string; name: string }
  | { kind: "auth-config" }
  | { kind: "routes" }
  | { kind: "ignore"; path: string }
  | { kind: "restrict"; path: string };

/** The edits of all findings, each once. */
export interface Repairs {
  changes: Change[];
  diffs: { path: string; diff: string }[];
  /** Files that only their owner shall read from now on. */
  restricted: string[];
  /** What cannot be edited safely, with the code to paste. */
  plan: Plan;
}

export function planRepairs(wanted: readonly Repair[], project: Surroundings | undefined): Repairs {
  const repairs: Repairs = { changes: [], diffs: [], restricted: [], plan: new Plan() };
  const texts = new Map<string, string>();
  const shown = new Map<string, string[]>();
  for (const each of wanted) {
    switch (each.kind) {
      case "variable":
      case "key-lines": {
        const text = texts.get(each.path) ?? readText(each.path) ?? "";
        const edit = each.kind === "variable" ? setVariable(text, each) : quoteKey(text, each.name);
        if (edit === undefined) continue;
        texts.set(each.path, edit.text);
        shown.set(each.path, [...(shown.get(each.path) ?? []), ...edit.shown]);
        break;
      }
      case "auth-config":
        if (project !== undefined) planAuthConfig(project, repairs.plan);
        break;
      case "routes":
        if (project !== undefined) planHttpRoutes(project, repairs.plan);
        break;
      case "ignore":
        project?.workspace.addLine(".gitignore", each.path);
        break;
      case "restrict":
        repairs.restricted.push(each.path);
        repairs.diffs.push({
          path: each.path,
          diff: `${each.path}: mode 600, so that nobody but you can read it\n`,
        });
    }
  }
  for (const [path, after] of texts) {
    const before = readText(path);
    if (before === after) continue;
    repairs.changes.push({ path, before, after });
    // Its other lines are nobody's business, so there is no context.
    const lines = shown.get(path) ?? [];
    repairs.diffs.push({ path, diff: `--- a/${path}\n+++ b/${path}\n${lines.join("\n")}\n` });
  }
  for (const change of project?.workspace.changes() ?? []) {
    repairs.changes.push(change);
    repairs.diffs.push({ path: change.path, diff: diffOf(change) });
  }
  return repairs;
}

/** Makes the edits: all or none of the texts. */
export function makeRepairs({ changes, restricted }: Repairs): void {
  writeAll(changes);
  for (const path of restricted) chmodSync(path, SECRET_MODE);
}

interface Edit {
  text: string;
  shown: string[];
}

/** Only addresses are set so: they may be shown. */
function setVariable(
  text: string,
  { name, value }: { name: string; value: string },
): Edit | undefined {
  const after = withReplaced(text, name, value);
  if (after === undefined) return undefined;
  const line = (of: string) => of.split("\n").find((each) => assigns(each, name)) ?? "";
  return { text: after, shown: [`-${line(text)}`, `+${line(after)}`] };
}

/** Puts a key whose lines stand without quotes into quotes; nothing of it is shown. */
function quoteKey(text: string, name: string): Edit | undefined {
  const found = findKeyLines(text, name);
  if (found === undefined) return undefined;
  const { start, end, block } = found;
  const after = `${text.slice(0, start)}"${block.replaceAll("\n", "\\n")}"${text.slice(end)}`;
  const count = block.split("\n").length;
  return {
    text: after,
    shown: [`-${name}=… (${count} lines, never shown)`, `+${name}="…" (the same in one line)`],
  };
}

/** The block of a key that begins in a variable's line and goes on in those below it. */
export function findKeyLines(
  text: string,
  name: string,
): { start: number; end: number; block: string } | undefined {
  const pattern = new RegExp(
    `^[^\\S\\n]*(?:export[^\\S\\n]+)?${name}[^\\S\\n]*=[^\\S\\n]*(?<block>-----BEGIN ([A-Z0-9 ]+)-----\\s*\\n(?:[A-Za-z0-9+/=]+\\s*\\n)+-----END \\2-----)[^\\S\\n]*$`,
    "m",
  );
  const match = pattern.exec(text);
  const block = match?.groups?.["block"];
  if (match === null || block === undefined) return undefined;
  const start = match.index + match[0].indexOf(block);
  return { start, end: start + block.length, block: block.replaceAll(/\s*\n/g, "\n") };
}

function assigns(line: string, name: string): boolean {
  return new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line);
}
