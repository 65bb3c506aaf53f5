// Serves the page on this machine. Any host of plain files does as well; the headers are what a page
// cannot say of itself.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const page = readFileSync("dist/index.html");
const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

const server = createServer(({ url }, response) => {
  if (url === "/" || url === "/index.html") response.writeHead(200, headers).end(page);
  else response.writeHead(404).end();
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}`);
});
