/** What `doctor` has found, for people and for programs. */
import type { Details } from "../../error-table.js";
import type { TokenExplanation } from "../../index.js";
import { colour } from "../output.js";
import { table, type FindingName, type FindingText } from "./errors.js";
import type { Repair } from "./repairs.js";

/** The checks, in the order in which they are made and shown. */
export const CHECKS = {
  packages: "packages",
  url: "deployment",
  issuer: "issuer",
  "auth-config": "auth.config",
  routes: "routes",
  key: "private key",
  signer: "signing",
  client: "client",
  api: "API",
  discovery: "discovery",
  jwks: "key set",
  clock: "clock",
  "published-key": "key published",
  token: "token",
  verdict: "Convex's answer",
  "token-route": "token route",
} as const;

export type CheckName = keyof typeof CHECKS;

/** The first check that asks somebody else than the project's files. */
const FIRST_LIVE = "api";

export interface Finding {
  /** A warning does not count as something wrong. */
  level: "error" | "warning";
  /** Wrong, but not why an identity is null: it is told last, and what rests on the check goes on. */
  aside?: boolean | undefined;
  code: string;
  message: string;
  /** How to mend it. */
  fix: string;
  convexMessage?: string | undefined;
  /** Where the documentation tells of it, relative to the package's repository. */
  docs: string;
  /** What `--fix` would do. */
  repair?: Repair | undefined;
}

export interface Check {
  name: CheckName;
  status: "ok" | "failed" | "warning" | "skipped";
  /** What was found, in a few words; of a skipped check, why it was skipped. */
  found: string;
  findings: Finding[];
}

export interface Report {
  url: string | undefined;
  site: string | undefined;
  issuer: string | undefined;
  checks: Check[];
  explanation: TokenExplanation | undefined;
}

/** A finding of the table. */
export function finding(
  name: FindingName,
  details: Partial<Details> = {},
  { level = "error", aside, repair, convexMessage }: Partial<Finding> = {},
): Finding {
  const all = { path: "", name: "", found: "", wanted: "", ...details };
  const row: FindingText = (table[name] as (details: Details) => FindingText)(all);
  const { code, message, hint } = row;
  const said = convexMessage ?? row.convexMessage;
  return {
    level,
    code,
    message,
    fix: hint,
    ...(said === undefined ? {} : { convexMessage: said }),
    docs: docsOf(code),
    aside,
    repair,
  };
}

/** Where the documentation tells of a code. */
export function docsOf(code: string): string {
  return `docs/errors.md#${code.toLowerCase()}`;
}

/** What is wrong, the first real cause first; then what a person should know. */
export function findingsOf({ checks }: Report): Finding[] {
  const all = checks.flatMap(({ findings }) => findings);
  const errors = all.filter(({ level }) => level === "error");
  return [
    ...errors.filter(({ aside }) => aside !== true),
    ...errors.filter(({ aside }) => aside === true),
    ...all.filter(({ level }) => level === "warning"),
  ];
}

/** The documented shape. */
export function asJson(report: Report, fixed: { path: string; diff: string }[]): object {
  const [first] = findingsOf(report);
  return {
    ok: first?.level !== "error",
    cause: first?.level === "error" ? first.code : null,
    deployment: {
      url: report.url ?? null,
      site: report.site ?? null,
      issuer: report.issuer ?? null,
    },
    checks: report.checks.map(({ name, status, found, findings }) => ({
      name,
      status,
      found,
      findings: findings.map(({ repair, aside: _aside, ...rest }) => ({
        ...rest,
        fixable: repair !== undefined,
      })),
    })),
    token: report.explanation ?? null,
    fixed,
  };
}

/** In columns. */
const NARROW = 64;

const MARKS = {
  ok: colour("green", "✓"),
  failed: colour("red", "✗"),
  warning: colour("yellow", "!"),
  skipped: colour("dim", "–"),
};

/** The report as a person reads it: what is wrong and its cure first, then a line for each check. */
export function asText(report: Report, columns: number): string {
  const findings = findingsOf(report);
  const errors = findings.filter(({ level }) => level === "error");
  const warnings = findings.filter(({ level }) => level === "warning");
  const lines: string[] = [];
  const target = report.site ?? report.url;
  const title = `convex-token doctor${target === undefined ? "" : ` for ${target}`}`;
  lines.push(...wrapped(title, columns).map((line) => colour("bold", line)), "");
  const [cause, ...others] = errors;
  if (cause !== undefined) {
    lines.push(...block(cause, columns, colour("red", "✗")), "");
    if (others.length > 0) {
      lines.push(colour("bold", "Beside that:"), "");
      for (const each of others) lines.push(...block(each, columns, colour("red", "✗")), "");
    }
  }
  for (const each of warnings) lines.push(...block(each, columns, colour("yellow", "!")), "");
  const width = Math.max(...Object.values(CHECKS).map((title) => title.length));
  for (const { name, status, found } of report.checks) {
    if (name === FIRST_LIVE) lines.push("");
    const shade = (text: string) => (status === "skipped" ? colour("dim", text) : text);
    // On a narrow terminal a column of titles would leave too little beside it.
    const isNarrow = columns < NARROW;
    const indent = isNarrow ? 4 : width + 4;
    const [first = "", ...rest] = wrapped(
      isNarrow ? `${CHECKS[name]}: ${found}` : found,
      columns - indent,
    );
    const title = isNarrow ? "" : `${CHECKS[name].padEnd(width)}  `;
    lines.push(`${MARKS[status]} ${title}${shade(first)}`.trimEnd());
    lines.push(...rest.map((text) => " ".repeat(indent) + shade(text)));
  }
  lines.push("", ...wrapped(summary(report, errors.length, warnings.length), columns));
  return lines.join("\n");
}

function summary(report: Report, errors: number, warnings: number): string {
  const many = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const all = findingsOf(report);
  const fixable = all.filter(({ repair }) => repair !== undefined).length;
  const fix =
    fixable === 0
      ? ""
      : ` \`npx convex-token doctor --fix\` mends ${fixable === all.length ? (fixable === 1 ? "it" : "them") : `${fixable} of them`}, after showing a diff.`;
  const mild =
    warnings === 0 ? "" : `${errors > 0 ? " and " : ", with "}${many(warnings, "warning")}`;
  if (errors > 0) {
    const first = errors === 1 ? "" : " Begin with the first.";
    return `${colour("red", `${many(errors, "problem")}${mild}.`)}${first}${fix}`;
  }
  const skipped = report.checks.filter(({ status }) => status === "skipped").length;
  const rest = skipped === 0 ? "" : ` ${many(skipped, "check")} could not be made here (–).`;
  return `${colour("green", `All is well${mild}.`)}${rest}${fix}`;
}

/** A finding in full: what, the cure, Convex's words, the code. */
function block(each: Finding, columns: number, mark: string): string[] {
  const { message, fix, convexMessage, code } = each;
  const part = (label: string, text: string) => {
    const [first = "", ...rest] = wrapped(text, columns - 13);
    return [`  ${label.padEnd(11)}${first}`, ...rest.map((line) => `${" ".repeat(13)}${line}`)];
  };
  const [first = "", ...rest] = wrapped(message, columns - 2);
  return [
    `${mark} ${colour("bold", first)}`,
    ...rest.map((line) => `  ${colour("bold", line)}`),
    ...part("Cure", fix),
    ...(convexMessage === undefined ? [] : part("Convex", `"${convexMessage}"`)),
    ...part("Code", code),
  ];
}

/** Lines of at most so many columns; what is in backquotes, to be copied, stays in one line. */
export function wrapped(text: string, columns: number): string[] {
  const words = text.match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** Without the escapes of colours. */
function width(text: string): number {
  return text.replace(/\u001b\[\d+m/g, "").length;
}
