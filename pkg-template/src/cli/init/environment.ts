/** `.env.local`: the key and the issuer's address, kept for this machine alone. */
import { generateKeys } from "../../index.js";
import { variablesOf, withVariable } from "../env-text.js";
import { commandError } from "../errors.js";
import { SECRET_MODE, type Change } from "../files.js";
import { areLeftoversCommittable } from "../files/beside.js";
import { readText } from "../files/system.js";
import { isCommittable, isTracked } from "../git.js";
import { KEY_VARIABLE } from "../keys.js";
import { ENV_FILE } from "../local-key.js";
import type { Plan } from "./plan.js";
import type { Project } from "./project.js";

/** Also what a run that is killed may leave beside the file, with the key in it. */
const IGNORED = ".env*.local";

/** What `.env.local` gets. The key itself is made when everything else is ready to be written. */
export interface EnvironmentPlan {
  makesKey: boolean;
  /** Variables that anybody may read. */
  open: [name: string, value: string][];
}

export function planEnvironment(
  project: Project,
  keyPlace: string | undefined,
  makesKey: boolean,
  plan: Plan,
): EnvironmentPlan {
  const text = readText(ENV_FILE) ?? "";
  const open = siteUrl(variablesOf(text), plan);
  const keeps = makesKey || keyPlace === ENV_FILE;
  if (keeps && isTracked(ENV_FILE)) throw commandError("key-committed", { path: ENV_FILE });
  if (keeps && (isCommittable(ENV_FILE) === true || areLeftoversCommittable(ENV_FILE))) {
    project.workspace.addLine(".gitignore", IGNORED);
  }
  return { makesKey, open };
}

/** Lines as the diff shows them. */
export function shownLines({ makesKey, open }: EnvironmentPlan): string[] {
  const lines = open.map(([name, value]) => `${name}="${value}"`);
  return makesKey ? [...lines, `${KEY_VARIABLE}="…" (a new RS256 key, never shown)`] : lines;
}

/** The change of the file, with a new key if one is needed; undefined when there is none. */
export function environmentChange({ makesKey, open }: EnvironmentPlan): Change | undefined {
  const before = readText(ENV_FILE);
  let after = before ?? "";
  for (const [name, value] of open) after = withVariable(after, name, value);
  if (makesKey) after = withVariable(after, KEY_VARIABLE, generateKeys().privateKey);
  return after === (before ?? "")
    ? undefined
    : { path: ENV_FILE, before, after, mode: SECRET_MODE };
}

/**
 * The issuer is derived from the deployment's URL in Convex's cloud. A local or self-hosted one has its
 * HTTP actions at another port or host, which the convex command line writes for the browser.
 */
function siteUrl(variables: ReturnType<typeof variablesOf>, plan: Plan): [string, string][] {
  const url = variables["NEXT_PUBLIC_CONVEX_URL"] ?? variables["CONVEX_URL"];
  if (variables["CONVEX_SITE_URL"] !== undefined) return [];
  if (url === undefined) {
    plan.note(
      `${ENV_FILE} has no NEXT_PUBLIC_CONVEX_URL yet: \`npx convex dev\` writes it. The issuer of the tokens is derived from it.`,
    );
    return [];
  }
  if (/\.convex\.cloud\/?$/.test(url)) return [];
  const site = variables["NEXT_PUBLIC_CONVEX_SITE_URL"];
  if (site !== undefined) return [["CONVEX_SITE_URL", site]];
  plan.note(
    `The deployment is not in Convex's cloud, so the issuer cannot be derived from its URL: add CONVEX_SITE_URL to ${ENV_FILE}, with the address of its HTTP actions (self-hosted: port 3211 unless it was changed).`,
  );
  return [];
}
