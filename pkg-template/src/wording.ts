/** The core's sentences: it gives out references to them, which become sentences here. */
import { SENTENCES } from "./sentences.js";

/** A reference that has no other in it: a name and values, as `src/wording.rs` writes them. */
const REFERENCE = /\u0001([^\u0001\u0003]*)\u0003/g;

/** A text of the core with its sentences. Values may be references as well. */
export function worded(text: string): string {
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(REFERENCE, (_, reference: string) => sentence(reference.split("\u0002")));
  }
  return text;
}

function sentence([name = "", ...values]: string[]): string {
  const known = Object.hasOwn(SENTENCES, name) ? SENTENCES[name] : undefined;
  return (known ?? name).replace(/\{(\d)\}/g, (place, index: string) => values[+index] ?? place);
}
