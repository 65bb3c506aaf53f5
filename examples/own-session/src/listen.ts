/** Lets a function from Request to Response answer on node:http, as other servers do by themselves. */
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";

if (existsSync(".env.local")) process.loadEnvFile(".env.local");

export async function listen(answer: (request: Request) => Promise<Response>): Promise<void> {
  const server = createServer(async (incoming, outgoing) => {
    const response = await answer(await requestFrom(incoming)).catch((error) => {
      console.error(error);
      return new Response("The server failed.", { status: 500 });
    });
    response.headers.forEach((value, name) => outgoing.appendHeader(name, value));
    outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) =>
    server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", resolve),
  );
  const address = server.address() as { port: number };
  console.log(`http://127.0.0.1:${address.port}`);
}

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", headers } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      [value ?? []].flat().map((one) => [name, one]),
    ),
    body: chunks.length === 0 ? null : Buffer.concat(chunks),
  });
}
