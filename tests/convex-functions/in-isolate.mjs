// Asks the routes of a bundled http.js in Convex's default runtime, for runtime.test.mjs.
// Usage: node --experimental-vm-modules in-isolate.mjs HTTP_JS METHOD PATH…
import { importInIsolate } from "../tools/convex-isolate.mjs";

const [file, method, ...paths] = process.argv.slice(2);
const { default: http } = await importInIsolate(file, process.env);
const answers = [];
for (const path of paths) {
  const [action] = http.lookup(path, method);
  const request = new Request(`https://happy-animal-123.convex.site${path}`, { method });
  const response = await action.invokeHttpAction(request);
  answers.push({ status: response.status, body: await response.text() });
}
process.stdout.write(JSON.stringify(answers));
