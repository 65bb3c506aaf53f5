/** The variables of a project: those of the process, then those of its files, each with its place. */
import { variablesOf } from "../env-text.js";
import { commandError } from "../errors.js";
import { readText } from "../files/system.js";

/** As Next.js reads them in development; the first that has a variable counts. */
const FILES = [".env.development.local", ".env.local", ".env.development", ".env"];

/** Variables that bundlers put into what browsers get. */
const PUBLIC = /^(NEXT_PUBLIC|VITE|PUBLIC|EXPO_PUBLIC|NUXT_PUBLIC|REACT_APP|GATSBY)_/;

export interface Variable {
  name: string;
  value: string;
  /** "the environment", an option, or the file's name. */
  place: string;
}

export class ProjectEnvironment {
  /** The files that are there, in the order of reading. */
  readonly files: { path: string; text: string }[];
  readonly #variables: Variable[];

  /** @param given what the call says, which goes first */
  constructor(file: string | undefined, given: readonly Variable[] = []) {
    this.files = (file === undefined ? FILES : [file]).flatMap((path) => {
      const text = readText(path);
      if (text === undefined && file !== undefined) throw commandError("file-missing", { path });
      return text === undefined ? [] : [{ path, text }];
    });
    const own = Object.entries(process.env).map(([name, value]) => ({
      name,
      value: value ?? "",
      place: "the environment",
    }));
    const read = this.files.flatMap(({ path, text }) =>
      Object.entries(variablesOf(text)).map(([name, value]) => ({
        name,
        value: value ?? "",
        place: path,
      })),
    );
    this.#variables = [...given, ...own, ...read].filter(({ value }) => value.trim() !== "");
  }

  get(name: string): Variable | undefined {
    return this.#variables.find((variable) => variable.name === name);
  }

  /** The first of some variables that is set. */
  first(names: readonly string[]): Variable | undefined {
    return names.map((name) => this.get(name)).find((variable) => variable !== undefined);
  }

  /** What browsers would be sent. */
  get exposed(): Variable[] {
    return this.#variables.filter(({ name }) => PUBLIC.test(name));
  }

  /** The files by name, for sentences. */
  get names(): string {
    return this.files.map(({ path }) => path).join(", ") || ".env.local";
  }
}
