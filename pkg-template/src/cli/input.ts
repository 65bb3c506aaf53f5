/** The standard input. */
import { text } from "node:stream/consumers";

/** All of it. Not by `readFileSync(0)`: a pipe whose writer is still at work has nothing to read yet. */
export function readInput(): Promise<string> {
  return text(process.stdin);
}
