/** Taking out what only removed code used: top-level imports, constants and functions. */
import type { File, ImportDeclaration, Node } from "@babel/types";
import { Source } from "./source.js";
import { walk } from "./tree.js";

/**
 * A source's text with its edits, without the declarations that were used in the original and are not
 * any more. What was unused before stays: that is not for this command to judge.
 */
export function withoutUnused(edited: Source, original: Source = edited): string {
  let text = edited.result();
  const before = countNames(original.file);
  for (;;) {
    const now = Source.parse(edited.path, text);
    if (now === undefined) return text;
    const after = countNames(now.file);
    const dead = (name: string) => after.get(name) === 1 && (before.get(name) ?? 0) > 1;
    if (!dropDeclarations(now, dead)) return text;
    text = now.result().replace(/(\r?\n)\s*$/, "$1");
  }
}

/** Says whether there was any. One round may leave others unused. */
function dropDeclarations(source: Source, dead: (name: string) => boolean): boolean {
  let dropped = false;
  for (const statement of source.file.program.body) {
    if (statement.type === "ImportDeclaration") {
      dropped = dropSpecifiers(source, statement, dead) || dropped;
    } else if (isDead(statement, dead)) {
      const { start, end } = statement;
      source.edit.remove(start!, end! + lengthOf(/^[ \t]*(\r?\n([ \t]*\r?\n)?)?/, source, end!));
      dropped = true;
    }
  }
  return dropped;
}

function isDead(statement: Node, dead: (name: string) => boolean): boolean {
  if (statement.type === "FunctionDeclaration") return dead(statement.id?.name ?? "");
  return (
    statement.type === "VariableDeclaration" &&
    statement.declarations.every(({ id }) => id.type === "Identifier" && dead(id.name))
  );
}

function dropSpecifiers(
  source: Source,
  statement: ImportDeclaration,
  dead: (name: string) => boolean,
): boolean {
  const { specifiers, start, end } = statement;
  const kept = specifiers.filter(({ local }) => !dead(local.name));
  if (kept.length === specifiers.length) return false;
  if (kept.length === 0) {
    source.edit.remove(start!, end! + lengthOf(/^[ \t]*(\r?\n)?/, source, end!));
    return true;
  }
  // `import a, { b }` loses nothing but a warning when it stays.
  if (!specifiers.every(({ type }) => type === "ImportSpecifier")) return false;
  const list = kept.map((specifier) => source.textOf(specifier)).join(", ");
  source.edit.overwrite(specifiers[0]!.start!, specifiers.at(-1)!.end!, list);
  return true;
}

/** How long the match of a pattern is that begins at a place. */
function lengthOf(pattern: RegExp, { text }: Source, place: number): number {
  return pattern.exec(text.slice(place))?.[0].length ?? 0;
}

/** How often each name stands in a file, whatever it means there. */
function countNames(file: File): Map<string, number> {
  const counts = new Map<string, number>();
  walk(file.program, (node, around) => {
    if (node.type !== "Identifier" && node.type !== "JSXIdentifier") return;
    const above = around.at(-1);
    // `{ name }` has the name twice at one place, and so has an import without `as`.
    if (above?.type === "ObjectProperty" && above.shorthand && above.key === node) return;
    if (above?.type === "ImportSpecifier" && above.imported === node) {
      if (above.local.start === node.start) return;
    }
    counts.set(node.name, (counts.get(node.name) ?? 0) + 1);
  });
  return counts;
}
