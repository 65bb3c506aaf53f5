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
} from "@babel/types";
import MagicString from "magic-string";
import type { Style } from "./style.js";
import { bare, boundNames, walk, type Placed } from "./tree.js";

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
}
