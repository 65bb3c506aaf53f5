// The main rows as bars: our time by that of the usual way, which is the mark at 1. Narrow, so that it can
// be read on a phone, and on a card of its own, so that it can be read on any page.

const SIGNING = ["signConvexToken, PEM per call", "jose, importPKCS8 per call"];
const VERIFYING = ["verifyConvexToken", "jose, local set"];

/** Groups of bars: label, row, ours, peer. */
const GROUPS = [
  [
    "Sign, the PEM given at each call",
    ["RS256", "sign RS256 2048", ...SIGNING],
    ["ES256", "sign ES256", ...SIGNING],
    ["EdDSA", "sign EdDSA", ...SIGNING],
  ],
  [
    "Verify with a key set",
    ["RS256", "verify RS256 2048", ...VERIFYING],
    ["ES256", "verify ES256", ...VERIFYING],
    ["EdDSA", "verify EdDSA", ...VERIFYING],
  ],
  [
    "RS256 in other ways",
    ["Signed by nodeSigner", "sign RS256 2048", "issuer.sign, nodeSigner", "jose, key cached"],
    [
      "Start of Node to first token",
      "start to first token RS256 2048",
      "signConvexToken",
      "jose, the recipe",
    ],
    [
      "Token of an unchanged session",
      "sign RS256 2048",
      "issuer.token, claims unchanged",
      "jose, key cached",
    ],
  ],
];

const WIDTH = 440;
const EDGE = 20;
const LABEL = 16;
const BAR = 12;
const ROW = LABEL + BAR + 12;
const HEADING = 40;
const TOP = 82;

/** Longer bars are cut off there. */
const MOST = 2;

/** The chart of runs as SVG; undefined when one of its rows has not run. */
export function chart(runs) {
  const groups = GROUPS.map(([heading, ...bars]) => ({
    heading,
    bars: bars.map(([label, ...where]) => ({ label, ratio: ratioOf(runs, ...where) })),
  }));
  const ratios = groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  if (ratios.includes(undefined)) return undefined;
  const scale = Math.min(MOST, Math.max(1.25, ...ratios));
  const x = (ratio) => EDGE + (Math.min(ratio, scale) / scale) * (WIDTH - 2 * EDGE);
  const marks = [];
  let y = TOP;
  for (const { heading, bars } of groups) {
    marks.push(`<text class="heading" x="${EDGE}" y="${y + 24}">${heading}</text>`);
    y += HEADING;
    for (const { label, ratio } of bars) {
      const width = Math.max(3, x(ratio) - EDGE).toFixed(1);
      const kind = ratio <= 1 ? "faster" : "slower";
      marks.push(
        `<text x="${EDGE}" y="${y + 11}">${label}</text>`,
        `<text class="number" x="${WIDTH - EDGE}" y="${y + 11}">${told(ratio)}</text>`,
        `<rect class="${kind}" x="${EDGE}" y="${y + LABEL}" width="${width}" height="${BAR}" rx="3"/>`,
      );
      if (ratio > scale) marks.push(cut(y + LABEL));
      marks.push(mark(x(1), y + LABEL));
      y += ROW;
    }
  }
  const height = y + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${alternative(groups)}">
<style>
  text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .heading { font-weight: 600 }
  .quiet { fill: #59636e }
  .number { text-anchor: end; font-weight: 600; font-variant-numeric: tabular-nums }
  .card { fill: #fff; stroke: #d1d9e0 }
  .faster { fill: #d9541e }
  .slower { fill: #8c959f }
  .mark { stroke: #1f2328; stroke-width: 2 }
  .cut { stroke: #fff; stroke-width: 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .card { fill: #0d1117; stroke: #3d444d }
    .faster { fill: #f0803c }
    .slower { fill: #656c76 }
    .mark { stroke: #f0f6fc }
    .cut { stroke: #0d1117 }
  }
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${EDGE}" y="32">Time per token: convex-token ÷ jose</text>
<text class="quiet" x="${EDGE}" y="54">Shorter is faster. The mark is jose, which calls</text>
<text class="quiet" x="${EDGE}" y="73">Node’s native crypto.</text>
${marks.join("\n")}
</svg>
`;
}

/** Where both take as long. */
function mark(x, y) {
  return `<line class="mark" x1="${x.toFixed(1)}" y1="${y - 1}" x2="${x.toFixed(1)}" y2="${y + BAR + 4}"/>`;
}

/** Two strokes through a bar that goes on. */
function cut(y) {
  const at = WIDTH - EDGE - 22;
  const stroke = (x) =>
    `<line class="cut" x1="${x}" y1="${y + BAR + 1}" x2="${x + 6}" y2="${y - 1}"/>`;
  return stroke(at) + stroke(at + 8);
}

/** The mean of the runs' medians. */
function ratioOf(runs, what, ours, peer) {
  const medians = runs.map(({ rows }) => {
    const compare = rows.find((row) => row.what === what)?.compare;
    return compare?.find((pair) => pair.ours === ours && pair.peer === peer)?.median;
  });
  if (medians.includes(undefined)) return undefined;
  return medians.reduce((sum, median) => sum + median, 0) / medians.length;
}

function alternative(groups) {
  const bars = groups.flatMap(({ heading, bars }) =>
    bars.map(({ label, ratio }) => `${heading}, ${label}: ${told(ratio)}`),
  );
  return `Time of convex-token by that of jose. ${bars.join(". ")}.`;
}

function told(ratio) {
  if (ratio >= 0.095) return `${ratio.toFixed(2)} ×`;
  const times = 1 / ratio;
  return `1/${times >= 100 ? Math.round(times / 10) * 10 : Math.round(times)} ×`;
}
