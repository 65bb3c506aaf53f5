// A loopback server of Requests and Responses.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * @param answer a function of a Request, and of Node's request and response; it gives a Response, or
 *   nothing when it has answered by itself
 */
export function listen(answer) {
  return listenRaw(async (incoming, outgoing) => {
    try {
      const { method, headers } = incoming;
      const body = method === "GET" || method === "HEAD" ? undefined : await buffer(incoming);
      const request = new Request(`http://${headers.host}${incoming.url}`, {
        method,
        headers,
        body,
      });
      const response = await answer(request, incoming, outgoing);
      if (response) await send(response, outgoing);
    } catch (error) {
      outgoing.statusCode = 500;
      outgoing.end(String(error));
    }
  });
}

/** The same of Node's own requests and responses. */
export async function listenRaw(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function send(response, outgoing) {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  for (const cookie of response.headers.getSetCookie()) outgoing.appendHeader("Set-Cookie", cookie);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
