// A server on a port of this machine that is closed with all of its connections.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * @param {number} port or 0 for a free one
 * @param {(request: import("node:http").IncomingMessage, body: Buffer) => Promise<Answer>} answer
 */
export async function startServer(port, answer) {
  const server = createServer(async (request, response) => {
    try {
      const { status = 200, headers = [], body } = await answer(request, await buffer(request));
      for (const [name, value] of headers) response.appendHeader(name, value);
      response.writeHead(status).end(request.method === "HEAD" ? undefined : body);
    } catch (error) {
      // What is under way when the server closes fails, and nobody is there to be told.
      if (server.listening) console.error(error);
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    server,
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** @typedef {{ status?: number, headers?: Iterable<[string, string]>, body?: string | Buffer }} Answer */
