/**
 * The text of files of environment variables such as `.env.local`: where a variable's line is, and the
 * text with one value more or another one. Nothing else in such a text is ever changed.
 */
import { parseEnv } from "node:util";
import { noteSecrets } from "./without-secrets.js";

/** The variables of a text, as Node.js and Next.js read them. */
export function variablesOf(text: string): Partial<Record<string, string>> {
  const variables = parseEnv(text);
  noteSecrets(variables);
  return variables;
}

/** The text with one variable more, in a line of its own at the end. */
export function withVariable(text: string, name: string, value: string): string {
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${separator}${name}=${quoted(value)}\n`;
}

/** The text with another value for a variable that it has once; undefined if it has it more often. */
export function withReplaced(text: string, name: string, value: string): string | undefined {
  const found = assignments(text).filter((each) => each.name === name);
  const [place] = found;
  if (found.length !== 1 || place === undefined) return undefined;
  return text.slice(0, place.start) + quoted(value) + text.slice(place.end);
}

/** The text with a comment above a variable; an older comment that begins the same is replaced. */
export function withComment(text: string, name: string, prefix: string, rest?: string): string {
  const kept = text
    .split("\n")
    .filter((line) => !line.startsWith(`# ${prefix}`))
    .join("\n");
  if (rest === undefined) return kept;
  const place = assignments(kept).find((each) => each.name === name);
  if (place === undefined) return kept;
  const line = kept.lastIndexOf("\n", place.start) + 1;
  return `${kept.slice(0, line)}# ${prefix}${rest}\n${kept.slice(line)}`;
}

/** What a comment says after its prefix; undefined when there is none. */
export function commentOf(text: string, prefix: string): string | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`# ${prefix}`));
  return line?.slice(`# ${prefix}`.length).trim();
}

/** One line: `\n` for line breaks, which a value in double quotes may have. */
function quoted(value: string): string {
  return `"${value.trim().replaceAll("\r", "").replaceAll("\n", "\\n")}"`;
}

/** Where the values of a text are, with their quotes: a value in quotes may span lines. */
function assignments(text: string): { name: string; start: number; end: number }[] {
  const pattern =
    /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)[^\S\n]*=[^\S\n]*("(?:\\[^]|[^"\\])*"|'[^']*'|`[^`]*`|[^\n#]*)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const [whole, name, value] = match as unknown as [string, string, string];
    const end = match.index + whole.length - (value.length - value.trimEnd().length);
    return { name, start: match.index + whole.length - value.length, end };
  });
}
