/** The project's files as they will be: what is on the disk, with the edits that are planned. */
import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { type Change } from "../files.js";
import { readText } from "../files/system.js";
import { Source } from "./source.js";

/** Folders that nobody writes sources into. */
const GENERATED = /^(node_modules|\..*|_generated|dist|build|out|coverage|public)$/;

/** Endings of sources, those of TypeScript first. */
export const ENDINGS = [".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs"];

export class Workspace {
  readonly #planned = new Map<string, string>();

  /** All paths are relative to the project's folder, with slashes. */
  constructor(readonly folder: string) {}

  exists(path: string): boolean {
    return this.#planned.has(path) || existsSync(join(this.folder, path));
  }

  read(path: string): string | undefined {
    return this.#planned.get(path) ?? readText(join(this.folder, path));
  }

  write(path: string, text: string): void {
    this.#planned.set(path, text);
  }

  /** A line more at a file's end, or in a new file. */
  addLine(path: string, line: string): void {
    const text = this.read(path) ?? "";
    const separator = text === "" || text.endsWith("\n") ? "" : "\n";
    this.write(path, `${text}${separator}${line}\n`);
  }

  source(path: string): Source | undefined {
    const text = this.read(path);
    return text === undefined ? undefined : Source.parse(path, text);
  }

  /** The first of some paths that exists, without regard to the ending. */
  findModule(stem: string): string | undefined {
    return ENDINGS.map((ending) => stem + ending).find((path) => this.exists(path));
  }

  /** The sources whose text has a word in it, parsed. */
  *sourcesWith(word: string, under = ""): Generator<Source> {
    for (const path of this.#paths(under)) {
      const text = this.read(path);
      if (!text?.includes(word)) continue;
      const source = Source.parse(path, text);
      if (source !== undefined) yield source;
    }
  }

  #paths(folder: string): string[] {
    const entries = readdirSync(join(this.folder, folder), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return GENERATED.test(entry.name) ? [] : this.#paths(path);
      return ENDINGS.some((ending) => entry.name.endsWith(ending)) && !entry.name.endsWith(".d.ts")
        ? [path]
        : [];
    });
  }

  /** What differs from the disk, in the order of paths. */
  changes(): Change[] {
    return [...this.#planned]
      .map(([path, after]) => ({ path, before: readText(join(this.folder, path)), after }))
      .filter(({ before, after }) => before !== after)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
