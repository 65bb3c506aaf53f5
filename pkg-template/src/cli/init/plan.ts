/** What init will do, is asked to be done by hand, and found in order. */

/** An edit that cannot be made safely: where, why, and the exact code. */
export interface Instruction {
  path: string;
  why: string;
  code: string;
}

export class Plan {
  readonly instructions: Instruction[] = [];
  /** What a person should know of the result. */
  readonly notes: string[] = [];

  instruct(path: string, why: string, code: string): void {
    this.instructions.push({ path, why, code: code.trim() });
  }

  note(text: string): void {
    this.notes.push(text);
  }
}
