// The main rows as bars: time relative to the usual way, which is the line at 1.
import { ratios, spread } from "./measure.mjs";

/** What is shown: the row, who of it, and beside whom. */
const BARS = [
  [
    "Sign RS256, key given at each call",
    "sign RS256 2048",
    "signConvexToken, PEM per call",
    "jose, importPKCS8 per call",
  ],
  [
    "Sign ES256, key given at each call",
    "sign ES256",
    "signConvexToken, PEM per call",
    "jose, importPKCS8 per call",
  ],
  [
    "Sign EdDSA, key given at each call",
    "sign EdDSA",
    "signConvexToken, PEM per call",
    "jose, importPKCS8 per call",
  ],
  ["Sign RS256 with nodeSigner", "sign RS256 2048", "issuer.sign, nodeSigner", "jose, key cached"],
  [
    "Token of an unchanged session",
    "sign RS256 2048",
    "issuer.token, claims unchanged",
    "jose, key cached",
  ],
  ["Verify RS256", "verify RS256 2048", "verifyConvexToken", "jose, local set"],
  ["Verify ES256", "verify ES256", "verifyConvexToken", "jose, local set"],
  ["Verify EdDSA", "verify EdDSA", "verifyConvexToken", "jose, local set"],
  [
    "Start to first RS256 token",
    "start to first token RS256 2048",
    "signConvexToken",
    "jose, the recipe",
  ],
];

const [WIDTH, LEFT, TOP, STEP, BAR, SCALE] = [760, 290, 64, 30, 16, 300];

/** The chart as SVG; undefined when one of its rows has not run. */
export function chart(rows) {
  const bars = [];
  for (const [label, what, ours, peer] of BARS) {
    const samples = rows.find((row) => row.what === what)?.samples;
    if (samples === undefined) return undefined;
    bars.push({ label, ratio: spread(ratios(samples[ours], samples[peer])).median });
  }
  const most = Math.max(1.25, ...bars.map(({ ratio }) => ratio));
  const x = (ratio) => Math.round(LEFT + (ratio / most) * SCALE);
  const height = TOP + bars.length * STEP + 14;
  const lines = bars.flatMap(({ label, ratio }, index) => {
    const y = TOP + index * STEP;
    const width = Math.max(2, x(ratio) - LEFT);
    // Never on the line.
    const beside = Math.max(LEFT + width, ratio < 1 ? x(1) : 0) + 8;
    return [
      `<text x="${LEFT - 12}" y="${y + 13}" text-anchor="end">${label}</text>`,
      `<rect class="bar" x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
      `<text class="number" x="${beside}" y="${y + 13}">${told(ratio)}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Time of convex-token relative to jose">
<style>
  text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .number { font-weight: 600 }
  .quiet { fill: #59636e }
  .bar { fill: #d9541e }
  .line { stroke: #59636e; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .bar { fill: #f0803c }
    .line { stroke: #9198a1 }
  }
</style>
<text class="title" x="16" y="24">Time relative to jose: shorter is faster</text>
<text class="quiet" x="${x(1)}" y="50" text-anchor="middle">jose = 1</text>
<line class="line" x1="${x(1)}" y1="56" x2="${x(1)}" y2="${height - 10}"/>
${lines.join("\n")}
</svg>
`;
}

function told(ratio) {
  if (ratio < 0.1) return `${Math.round(1 / ratio)} times faster`;
  return `${ratio.toFixed(2)} ×`;
}
