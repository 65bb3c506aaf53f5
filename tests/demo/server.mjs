// An HTTP server on a free loopback port.

import { createServer } from "node:http";

/** Starts the server; `serve(site)` says who answers: `site.handle(request, response)`. */
export async function startServer() {
  let site;
  const server = createServer(async (request, response) => {
    try {
      await site.handle(request, response);
    } catch (error) {
      if (!response.headersSent) response.statusCode = 500;
      response.end([error.code, error.message, error.hint].filter(Boolean).join(": "));
    }
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    serve: (next) => (site = next),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
