/** Lets a function from Request to Response answer on node:http, as other servers do by themselves. */
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";

if (existsSync(".env.local")) process.loadEnvFile(".env.local");

export async function listen(answer: (request: Request) => Promise<Response>): Promise<void> {
  const server = createServer(async (incoming, outgoing) => {
    // Not every request can be a Request: a host may be none, a body too long or cut off.
    const request = await requestFrom(incoming).catch(() => undefined);
    const response = request
      ? await answer(request).catch((error) => {
          console.error(error);
          return new Response("The server failed.", { status: 500 });
        })
      : new Response("This request cannot be read.", { status: 400 });
    response.headers.forEach((value, name) => outgoing.appendHeader(name, value));
    outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) =>
    server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", resolve),
  );
  const address = server.address() as { port: number };
  console.log(`http://127.0.0.1:${address.port}`);
}

/** Forms for signing in are short. */
const mostBytes = 100_000;

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", headers } = incoming;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error("The body is too long.");
    chunks.push(chunk);
  }
  return new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      [value ?? []].flat().map((one) => [name, one]),
    ),
    body: chunks.length === 0 ? null : Buffer.concat(chunks),
  });
}
