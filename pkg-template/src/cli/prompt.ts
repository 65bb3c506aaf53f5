/** Asking the person at the terminal. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Whether there is a person to ask. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** A yes or no; Enter alone and the end of input are the preset answer and no. */
export async function confirm(question: string, preset: boolean): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once("close", () => resolve("no"));
      lines.question(`${question} ${preset ? "[Y/n]" : "[y/N]"} `, resolve);
    });
    if (answer.trim() === "") return preset;
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** A line that is not shown while it is typed or pasted. */
export async function askSecret(question: string): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  // From here on the terminal shows nothing of what is typed: only then is it asked for.
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve) => {
      lines.once("close", () => resolve(""));
      lines.once("line", resolve);
    });
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
