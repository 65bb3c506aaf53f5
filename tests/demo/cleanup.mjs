// What must not outlive the demo, however it ends: by itself, by an error, by a signal.

import { constants } from "node:os";

const actions = [];

/** Has `action`, which must be synchronous, run at the end. */
export function atEnd(action) {
  actions.push(action);
}

/** Runs the actions, the last one first. */
export function cleanUp() {
  while (actions.length > 0) actions.pop()();
}

process.on("exit", cleanUp);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
// Whoever read the output has gone.
process.stdout.on("error", () => process.exit(1));
