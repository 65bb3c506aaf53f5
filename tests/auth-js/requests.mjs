// Requests to a token route, each with the answer that it must have wherever the route is: what pages
// of any origin, proxies and clients that are no browsers send. Sent by hand, because `fetch` sets some
// of these headers itself and refuses some methods.
import { connect } from "node:net";

/** What comes from a request, and may be in no answer. */
export const canary = "canary-5d1f";

/** @param {string} host of the route, with its port */
export function accessCases(host) {
  const [name] = host.split(":");
  const own = `http://${host}`;
  return [
    [200, "no browser", {}],
    [200, "its own page", { "Sec-Fetch-Site": "same-origin", Origin: own }],
    [200, "its own page, in an older browser", { Origin: own }],
    [200, "its own page, without an origin", { "Sec-Fetch-Site": "same-origin" }],
    [200, "a person who types the address", { "Sec-Fetch-Site": "none" }],
    [
      200,
      "a page behind a proxy",
      { "X-Forwarded-Host": "app.example", Origin: "https://app.example" },
    ],
    [
      200,
      "a page behind two proxies",
      { "X-Forwarded-Host": "app.example, inner.example", Origin: "https://app.example" },
    ],
    [
      200,
      "a page behind a proxy that ends TLS",
      { "X-Forwarded-Proto": "https", Origin: `https://${host}` },
    ],
    [403, "another site", { "Sec-Fetch-Site": "cross-site" }],
    [403, "a sister subdomain", { "Sec-Fetch-Site": "same-site" }],
    [403, "two values", { "Sec-Fetch-Site": "same-origin, cross-site" }],
    [403, "two fields", { "Sec-Fetch-Site": ["same-origin", "cross-site"] }],
    [403, "a value of the future", { "Sec-Fetch-Site": canary }],
    [403, "capitals, which no browser sends", { "Sec-Fetch-Site": "Same-Origin" }],
    [
      403,
      "another site that says it is the same",
      { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" },
    ],
    [
      403,
      "the right origin of a cross-site request",
      { "Sec-Fetch-Site": "cross-site", Origin: own },
    ],
    [403, "a sandboxed page", { Origin: "null" }],
    [403, "another port", { Origin: `http://${name}:1` }],
    [403, "no port", { Origin: `http://${name}` }],
    [403, "a longer name", { Origin: `http://${name}.evil.example` }],
    [403, "a name before it", { Origin: `http://evil${host}` }],
    [403, "the name as a user", { Origin: `http://${host}@evil.example` }],
    [403, "no URL", { Origin: canary }],
    [403, "several origins", { Origin: `${own}, https://evil.example` }],
    [
      403,
      "another page behind a proxy",
      { "X-Forwarded-Host": "app.example", Origin: `https://${canary}.example` },
    ],
    [
      403,
      "a proxy's inner name",
      { "X-Forwarded-Host": "app.example, inner.example", Origin: "https://inner.example" },
    ],
    [
      403,
      "a name by Forwarded, which is not read",
      { Forwarded: "host=app.example", Origin: "https://app.example" },
    ],
  ];
}

/** Sends a request as it is written here; gives the answer's parts, and all of it as text. */
export function send(url, { method = "GET", target, headers = {}, body = "" } = {}) {
  const { hostname, port, host, pathname, search } = new URL(url);
  const lines = Object.entries({ Host: host, Connection: "close", ...headers }).flatMap(
    ([name, values]) => [values].flat().map((value) => `${name}: ${value}`),
  );
  const text = [`${method} ${target ?? pathname + search} HTTP/1.1`, ...lines, "", body].join(
    "\r\n",
  );
  return new Promise((resolve, reject) => {
    let raw = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding("utf8");
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer to\n${text}`)));
    socket.on("data", (chunk) => (raw += chunk));
    socket.on("error", (error) => (raw === "" ? reject(error) : resolve(parsed(raw))));
    socket.on("end", () => resolve(parsed(raw)));
  });
}

function parsed(raw) {
  const end = raw.indexOf("\r\n\r\n");
  const [first, ...lines] = raw.slice(0, end).split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/, 2)));
  return { status: Number(first.split(" ")[1]), headers, body: raw.slice(end + 4), raw };
}
