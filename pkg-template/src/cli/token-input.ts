/** Where `verify` and `inspect` get their token: a file, a pipe, or pasted without being shown. */
import { commandError } from "./errors.js";
import { readText } from "./files/system.js";
import { readInput } from "./input.js";
import { askSecret } from "./prompt.js";

/** What the help of a command with a token says of it. */
export const TOKEN_HELP =
  "The token comes from FILE or the standard input; at a terminal it is asked for. It is no word of the\ncall, because other programs can read those. `Bearer ` before it and quotes around it are taken off.";

/** The token. */
export async function readToken(word: string | undefined): Promise<string> {
  const token = tidied(await tokenText(word));
  if (token === "") throw commandError("token-missing");
  return token;
}

async function tokenText(word: string | undefined): Promise<string> {
  if (word === undefined || word === "-") {
    if (process.stdin.isTTY && word === undefined)
      return askSecret("Paste the token, then Enter: ");
    return readInput();
  }
  if (/^(Bearer )?["']?eyJ[\w-]*\.[\w-]*\.[\w-]*["']?$/.test(word))
    throw commandError("token-argument");
  const text = readText(word);
  if (text === undefined) throw commandError("file-missing", { path: word });
  return text;
}

/** People paste a header's value, or what a program printed in quotes, or a token route's answer. */
function tidied(text: string): string {
  const trimmed = text.trim();
  const [, quoted] = /^\{\s*"token"\s*:\s*"([^"]*)"\s*\}$/.exec(trimmed) ?? [];
  return (quoted ?? trimmed)
    .replace(/^Bearer\s+/i, "")
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
}
