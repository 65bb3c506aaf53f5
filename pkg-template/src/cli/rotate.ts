import type { Command } from "./command.js";
export const rotateCommand: Command = { summary: "x", help: "x", run: () => 0 };
