// Node, Deno and Bun: prints the samples.
import { measure } from "./in-turns.mjs";

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
