// Loaded before the command: lets names of Convex's cloud lead to servers of this machine, as a name
// server and a proxy for TLS would.
const hosts = JSON.parse(process.env.TEST_HOSTS ?? "{}");
const { fetch } = globalThis;

globalThis.fetch = (address, init) => {
  const url = new URL(address);
  const origin = hosts[url.host];
  return fetch(origin === undefined ? url : origin + url.pathname + url.search, init);
};
