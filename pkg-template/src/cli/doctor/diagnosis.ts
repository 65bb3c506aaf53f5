/**
 * The verdicts. Each check has the others that it rests on: where one of those failed, it is not
 * judged, since its failure would say nothing new.
 */
import type { ConvexTokenError, TokenCheck } from "../../index.js";
import { tame } from "../output.js";
import { CHECKS, docsOf, type Check, type CheckName, type Finding, type Report } from "./report.js";

/** What a check found: a few words, and what is wrong with it. */
export interface Result {
  found: string;
  findings?: (Finding | undefined)[];
}

/** Why a check was not made. */
export class Skipped {
  constructor(readonly why: string) {}
}

export class Diagnosis {
  readonly checks: Check[] = [];
  /** Those that failed, and those that were not made for it. */
  readonly #broken = new Map<CheckName, CheckName>();

  /** Makes a check, unless one that it rests on has failed. */
  check(name: CheckName, rests: readonly CheckName[], judge: () => Result | Skipped): void {
    const cause = rests.map((each) => this.#broken.get(each)).find((each) => each !== undefined);
    if (cause !== undefined) this.#broken.set(name, cause);
    const result =
      cause === undefined ? judge() : new Skipped(`not looked at: "${CHECKS[cause]}" comes first`);
    if (result instanceof Skipped) {
      this.checks.push({ name, status: "skipped", found: shown(result.why), findings: [] });
      return;
    }
    const findings = (result.findings ?? []).filter((each) => each !== undefined).map(tamed);
    const has = (level: Finding["level"]) => findings.some((each) => each.level === level);
    const status = has("error") ? "failed" : has("warning") ? "warning" : "ok";
    const breaks = findings.some(({ level, aside }) => level === "error" && aside !== true);
    if (breaks) this.#broken.set(name, name);
    this.checks.push({ name, status, found: shown(result.found), findings });
  }

  /** Whether a check failed, or was not made because of another one. */
  isBroken(name: CheckName): boolean {
    return this.#broken.has(name);
  }

  report(parts: Omit<Report, "checks">): Report {
    return { ...parts, checks: this.checks };
  }
}

/** Longer texts are a server's, and say nothing more. */
const LONGEST_TEXT = 700;

/** Servers have a say in these texts. */
function shown(text: string): string {
  const plain = tame(text);
  return plain.length > LONGEST_TEXT ? `${plain.slice(0, LONGEST_TEXT)}…` : plain;
}

function tamed(each: Finding): Finding {
  const { message, fix, convexMessage } = each;
  return {
    ...each,
    message: shown(message),
    fix: shown(fix),
    ...(convexMessage === undefined ? {} : { convexMessage: shown(convexMessage) }),
  };
}

/** A check of a token that fails, as a finding. */
export function findingOf({
  code = "",
  message = "",
  fix,
  docs,
  convexMessage,
}: TokenCheck): Finding {
  return { level: "error", code, message, fix: fix ?? "", docs, ...said(convexMessage) };
}

/** An error of this package as a finding. */
export function findingOfError({ code, message, hint }: ConvexTokenError): Finding {
  return { level: "error", code, message, fix: hint, docs: docsOf(code) };
}

function said(convexMessage: string | undefined): { convexMessage?: string } {
  return convexMessage === undefined ? {} : { convexMessage };
}
