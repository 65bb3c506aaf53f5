/**
 * A source file that is edited at the nodes of its syntax tree, so that every character beside them,
 * the person's formatting and comments, stays as it is.
 */
import { parse, type ParserOptions } from "@babel/parser";
import type {
  ArrayExpression,
  File,
  ImportDeclaration,
  Node,
  ObjectExpression,
  ObjectMethod,
  ObjectProperty,
} from "@babel/types";
import MagicString from "magic-string";

/** How a file is written. */
export interface Style {
  quote: '"' | "'";
  semicolon: boolean;
  indent: string;
}

export const PRETTIER: Style = { quote: '"', semicolon: true, indent: "  " };

/** A node with its place, which the parser always gives. */
export type Placed<Kind extends Node = Node> = Kind & { start: number; end: number };

export class Source {
  readonly edit: MagicString;
  readonly #imports = new Map<string, string[]>();

  private constructor(
    readonly path: string,
    readonly text: string,
    readonly file: File,
  ) {
    this.edit = new MagicString(text);
  }

  /** Undefined for what does not parse: such a file is not touched. */
  static parse(path: string, text: string): Source | undefined {
    const plugins: ParserOptions["plugins"] = /\.[mc]?tsx?$/.test(path)
      ? path.endsWith("x")
        ? ["typescript", "jsx"]
        : ["typescript"]
      : ["jsx"];
    try {
      return new Source(path, text, parse(text, { sourceType: "module", plugins }));
    } catch {
      return undefined;
    }
  }

  /** The text with its edits. */
  result(): string {
    this.#writeImports();
    const result = this.edit.toString();
    const windows = this.text.includes("\r\n") && !/[^\r]\n/.test(this.text);
    return windows ? result.replaceAll(/\r?\n/g, "\r\n") : result;
  }

  get style(): Style {
    const string = this.find("StringLiteral")[0];
    const statement = this.file.program.body.find((each) => each.type === "ImportDeclaration");
    const [, indent] = /^([ \t]+)\S/m.exec(this.text) ?? [];
    return {
      quote: string !== undefined && this.text[string.start] === "'" ? "'" : '"',
      semicolon: statement === undefined || this.textOf(statement).endsWith(";"),
      indent: indent === undefined ? "  " : indent.startsWith("\t") ? "\t" : indent.slice(0, 4),
    };
  }

  textOf(node: Node): string {
    return this.text.slice(node.start!, node.end!);
  }

  /** All nodes of a type, in the order of the text. */
  find<Type extends Node["type"]>(type: Type): Placed<Extract<Node, { type: Type }>>[] {
    const found: Placed<Extract<Node, { type: Type }>>[] = [];
    walk(this.file.program, (node) => {
      if (node.type === type) found.push(node as Placed<Extract<Node, { type: Type }>>);
    });
    return found;
  }

  /** The local name of what is imported from a module: a name, or "default". */
  importedAs(module: string | RegExp, name: string): string | undefined {
    for (const declaration of this.imports(module)) {
      for (const specifier of declaration.specifiers) {
        if (specifier.type === "ImportDefaultSpecifier" && name === "default") {
          return specifier.local.name;
        }
        if (specifier.type !== "ImportSpecifier") continue;
        const { imported } = specifier;
        const given = imported.type === "Identifier" ? imported.name : imported.value;
        if (given === name) return specifier.local.name;
      }
    }
    return undefined;
  }

  /** The module and name that a local name was imported by. */
  importOf(local: string): { module: string; name: string } | undefined {
    for (const declaration of this.find("ImportDeclaration")) {
      for (const specifier of declaration.specifiers) {
        if (specifier.local.name !== local) continue;
        const module = declaration.source.value;
        if (specifier.type !== "ImportSpecifier") return { module, name: "default" };
        const { imported } = specifier;
        return { module, name: imported.type === "Identifier" ? imported.name : imported.value };
      }
    }
    return undefined;
  }

  imports(module: string | RegExp): Placed<ImportDeclaration>[] {
    return this.find("ImportDeclaration").filter(({ source }) =>
      typeof module === "string" ? source.value === module : module.test(source.value),
    );
  }

  /** Adds named imports to what {@link result} gives. */
  addImport(module: string, ...names: string[]): void {
    const missing = names.filter((name) => this.importedAs(module, name) === undefined);
    const added = this.#imports.get(module) ?? [];
    this.#imports.set(module, [...added, ...missing.filter((name) => !added.includes(name))]);
  }

  /** Writes the imports, to a declaration that there is or in a new one after the last. */
  #writeImports(): void {
    const { quote, semicolon } = this.style;
    const lines: string[] = [];
    for (const [module, names] of this.#imports) {
      if (names.length === 0) continue;
      const last = this.imports(module)
        .filter(({ importKind }) => importKind !== "type")
        .map(({ specifiers }) => specifiers.at(-1))
        .find((each) => each !== undefined && each.type !== "ImportNamespaceSpecifier");
      const list = names.join(", ");
      if (last?.type === "ImportSpecifier") this.edit.appendLeft(last.end!, `, ${list}`);
      else if (last !== undefined) this.edit.appendLeft(last.end!, `, { ${list} }`);
      else {
        const end = semicolon ? ";" : "";
        lines.push(`import { ${list} } from ${quote}${module}${quote}${end}`);
      }
    }
    this.#imports.clear();
    if (lines.length === 0) return;
    const text = lines.join("\n");
    const after = this.find("ImportDeclaration").at(-1);
    if (after !== undefined) {
      // Before what was put there already, such as a constant that uses them.
      this.edit.prependRight(after.end, `\n${text}`);
      return;
    }
    const directive = this.file.program.directives.at(-1);
    if (directive !== undefined) this.edit.appendLeft(directive.end!, `\n\n${text}`);
    else this.edit.prepend(`${text}\n\n`);
  }

  /** The initial value of a top-level constant, without type assertions around it. */
  constant(name: string): Placed | undefined {
    for (const statement of this.file.program.body) {
      const declaration =
        statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      if (declaration?.type !== "VariableDeclaration") continue;
      for (const { id, init } of declaration.declarations) {
        if (id.type === "Identifier" && id.name === name && init) return bare(init as Node);
      }
    }
    return undefined;
  }

  /** What a module exports by default, a constant's value for its name. */
  defaultExport(): Placed | undefined {
    for (const statement of this.file.program.body) {
      if (statement.type !== "ExportDefaultDeclaration") continue;
      const value = bare(statement.declaration);
      return value.type === "Identifier" ? this.constant(value.name) : value;
    }
    return undefined;
  }

  /** Whether a module exports a name, and what for. */
  exports(name: string): boolean {
    return this.file.program.body.some((statement) => {
      if (statement.type !== "ExportNamedDeclaration") return false;
      const { declaration, specifiers } = statement;
      if (declaration?.type === "VariableDeclaration") {
        return declaration.declarations.some(({ id }) => boundNames(id as Node).includes(name));
      }
      return specifiers.some(
        ({ exported }) => exported.type === "Identifier" && exported.name === name,
      );
    });
  }

  /** The indentation of the line that a place is in. */
  indentAt(place: number): string {
    const line = this.text.lastIndexOf("\n", place - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(line))![0];
  }

  /** Where a statement begins with the comments above it. */
  startWithComments(statement: Node): number {
    const own = statement.leadingComments?.find(
      ({ start }) =>
        this.text.slice(this.text.lastIndexOf("\n", start! - 1) + 1, start!).trim() === "",
    );
    return own?.start ?? statement.start!;
  }

  /** Adds a last member, written as the others are: each in a line, or all in one. */
  append(list: Placed<ObjectExpression | ArrayExpression>, code: string): void {
    const members = list.type === "ObjectExpression" ? list.properties : list.elements;
    const last = members.at(-1);
    const { indent } = this.style;
    if (!last) {
      const base = this.indentAt(list.start);
      const [open, close] = list.type === "ObjectExpression" ? ["{", "}"] : ["[", "]"];
      const inner = code.replaceAll("\n", `\n${base}${indent}`);
      const multiline = list.type === "ObjectExpression";
      this.edit.overwrite(
        list.start,
        list.end,
        multiline
          ? `${open}\n${base}${indent}${inner},\n${base}${close}`
          : `${open}${inner}${close}`,
      );
      return;
    }
    const comma = /^(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*,/.exec(this.text.slice(last.end!, list.end));
    const end = last.end! + (comma === null ? 0 : comma[0].length);
    if (comma === null) this.edit.appendLeft(last.end!, ",");
    const rest = /^[^\n]*/.exec(this.text.slice(end, list.end))![0];
    const multiline = this.text.slice(end, list.end).includes("\n");
    if (!multiline) {
      this.edit.appendLeft(end, ` ${code.replaceAll(/\n\s*/g, " ").replaceAll(", }", " }")}`);
      return;
    }
    // A comment at the end of the last member's line stays with it.
    const column = this.indentAt(last.start!);
    const text = code.replaceAll("\n", `\n${column}`);
    this.edit.appendLeft(end + rest.trimEnd().length, `\n${column}${text}${comma ? "," : ""}`);
  }

  /** Takes out top-level imports, constants and functions that only what was removed used. */
  dropUnused(original: Source = this): string {
    let text = this.result();
    const before = countNames(original.file);
    for (;;) {
      const now = Source.parse(this.path, text);
      if (now === undefined) return text;
      const after = countNames(now.file);
      const dead = (name: string) => after.get(name) === 1 && (before.get(name) ?? 0) > 1;
      if (!now.dropDeclarations(dead)) return text;
      text = now.result().replace(/(\r?\n)\s*$/, "$1");
    }
  }

  private dropDeclarations(dead: (name: string) => boolean): boolean {
    let dropped = false;
    const drop = (node: Node) => {
      this.edit.remove(node.start!, this.pastBlankLine(node.end!));
      dropped = true;
    };
    for (const statement of this.file.program.body) {
      if (statement.type === "FunctionDeclaration" && statement.id && dead(statement.id.name)) {
        drop(statement);
      } else if (
        statement.type === "VariableDeclaration" &&
        statement.declarations.every(({ id }) => id.type === "Identifier" && dead(id.name))
      ) {
        drop(statement);
      } else if (statement.type === "ImportDeclaration" && statement.specifiers.length > 0) {
        const kept = statement.specifiers.filter(({ local }) => !dead(local.name));
        if (kept.length === statement.specifiers.length) continue;
        if (kept.length === 0) {
          this.edit.remove(statement.start!, this.pastLine(statement.end!));
          dropped = true;
        } else if (kept.every(({ type }) => type === "ImportSpecifier")) {
          const first = statement.specifiers[0]!;
          if (first.type !== "ImportSpecifier") continue;
          const last = statement.specifiers.at(-1)!;
          const list = kept.map((specifier) => this.textOf(specifier)).join(", ");
          this.edit.overwrite(first.start!, last.end!, list);
          dropped = true;
        }
      }
    }
    return dropped;
  }

  private pastLine(place: number): number {
    return place + /^[ \t]*(\r?\n)?/.exec(this.text.slice(place))![0].length;
  }

  private pastBlankLine(place: number): number {
    return place + /^[ \t]*(\r?\n([ \t]*\r?\n)?)?/.exec(this.text.slice(place))![0].length;
  }
}

/** Calls a function with each node and those around it, outermost first. */
export function walk(
  node: Node,
  visit: (node: Node, around: readonly Node[]) => void,
  around: Node[] = [],
): void {
  visit(node, around);
  around.push(node);
  for (const [name, value] of Object.entries(node)) {
    if (name === "loc" || name.endsWith("omments")) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof (each as Node | null)?.type === "string") walk(each as Node, visit, around);
    }
  }
  around.pop();
}

/** An expression without `as`, `satisfies`, `!` and parentheses around it. */
export function bare(node: Node): Placed {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return bare(node.expression as Node);
    default:
      return node as Placed;
  }
}

/** An object's member of a name. */
export function member(
  object: ObjectExpression,
  name: string,
): Placed<ObjectProperty | ObjectMethod> | undefined {
  return object.properties.find(
    (each): each is Placed<ObjectProperty | ObjectMethod> =>
      each.type !== "SpreadElement" && !each.computed && nameOf(each.key as Node) === name,
  );
}

function nameOf(key: Node): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}

function boundNames(id: Node): string[] {
  if (id.type === "Identifier") return [id.name];
  if (id.type !== "ObjectPattern") return [];
  return id.properties.flatMap((each) =>
    each.type === "ObjectProperty" ? boundNames(each.value as Node) : [],
  );
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

/** Code in the style of a file; it is given with double quotes, semicolons and two spaces. */
export function styled(code: string, { quote, semicolon, indent }: Style): string {
  const lines = code.split("\n").map((line) => {
    const [spaces] = /^ */.exec(line)!;
    const text = semicolon ? line.trimStart() : line.trimStart().replace(/;$/, "");
    return indent.repeat(spaces.length / 2) + (quote === "'" ? text.replaceAll('"', "'") : text);
  });
  return lines.join("\n");
}
