// Many requests at the same time, how long each took, and what memory the server has after them.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { Agent, request } from "node:http";

/** How many requests are on their way at once. */
const AT_ONCE = 1_000;

/**
 * Asks a token route that often: none fails, each token is its own, memory stays. The figures are shown.
 *
 * @param {import("node:test").TestContext} context
 */
export async function assertTokensUnderLoad(context, url, options) {
  const tokens = new Set();
  const result = await load(url, {
    ...options,
    check({ status, body }) {
      assert.equal(status, 200, body);
      tokens.add(JSON.parse(body).token);
    },
  });
  for (const line of figuresOf(result)) context.diagnostic(line);
  assert.equal(tokens.size, result.latencies.length);
  assert.ok(isFlat(result.memory), `${result.memory} MB`);
}

/** The most rounds: memory has come to its height in a third of them. */
const MOST_ROUNDS = 30;

/**
 * Rounds of requests, all of a round at once: until memory stays, and four at least, or what LOAD_ROUNDS
 * in the environment asks for.
 *
 * @param {string} url
 * @param {object} options
 * @param {Record<string, string>} [options.headers]
 * @param {number} options.pid of the server, whose children count as well
 * @param {number} [options.connections] over which they go
 * @param {(answer: { status: number, body: string }) => unknown} options.check throws for a wrong answer
 */
async function load(
  url,
  { headers, pid, check, rounds = process.env.LOAD_ROUNDS ?? 4, connections = AT_ONCE },
) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  const memory = [memoryOf(pid)];
  let seconds = 0;
  try {
    for (let round = 0; round < Math.max(MOST_ROUNDS, Number(rounds)); round += 1) {
      if (round >= Number(rounds) && isFlat(memory)) break;
      const start = performance.now();
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => ask(url, { agent, headers })),
      );
      seconds += (performance.now() - start) / 1000;
      for (const answer of answers) {
        check(answer);
        latencies.push(answer.milliseconds);
      }
      memory.push(memoryOf(pid));
    }
  } finally {
    agent.destroy();
  }
  latencies.sort((a, b) => a - b);
  return { latencies, memory, perSecond: latencies.length / seconds };
}

function ask(url, options) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const outgoing = request(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (body += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode, body, milliseconds: performance.now() - start }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** The resident memory of a process and of those that it started, in MB; undefined but on Linux. */
function memoryOf(pid) {
  if (process.platform !== "linux") return undefined;
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const field = (of) => Number(new RegExp(`^${of}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      parents.set(Number(name), { parent: field("PPid"), kilobytes: field("VmRSS") });
    } catch {
      // It has ended.
    }
  }
  let kilobytes = 0;
  for (const [each, { kilobytes: own }] of parents) {
    for (let up = each; up !== undefined; up = parents.get(up)?.parent) {
      if (up === pid) kilobytes += own;
    }
  }
  return Math.round(kilobytes / 1024);
}

/** The figures of a load as lines of text: percentiles, a histogram, throughput, memory. */
function figuresOf({ latencies, memory, perSecond }) {
  const at = (share) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  const shown = { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: latencies.at(-1) };
  const names = Object.keys(shown).map((name) => name.padStart(7));
  const values = Object.values(shown).map((value) => value.toFixed(0).padStart(7));
  const width = Math.max(1, latencies.at(-1) / 10);
  const counts = Array.from({ length: 10 }, () => 0);
  for (const each of latencies) counts[Math.min(9, Math.floor(each / width))] += 1;
  const bars = counts.map((count, index) => {
    const bar = "█".repeat(Math.ceil((count / Math.max(...counts)) * 40));
    return `  ≤ ${((index + 1) * width).toFixed(0).padStart(5)} ms ${String(count).padStart(6)} ${bar}`;
  });
  return [
    `${latencies.length} requests, ${AT_ONCE} at once: ${perSecond.toFixed(0)} a second`,
    `${names.join("")}`,
    `${values.join("")} ms`,
    ...bars,
    `  RSS before and after each round: ${memory.join(", ")} MB`,
  ];
}

/**
 * Whether two rounds more have taken no more memory than collectors leave lying about: what leaks 12 KB
 * for each request never comes to that.
 */
function isFlat(memory) {
  return memory.at(-1) <= memory.at(-3) + 24;
}
