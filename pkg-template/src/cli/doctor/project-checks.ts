/** The checks of what a project's files say. */
import { statSync } from "node:fs";
import { ConvexTokenError, jwksFromKey, type PublicJwk } from "../../index.js";
import { commandError } from "../errors.js";
import { isCommittable, isTracked } from "../git.js";
import { findAuthOptions } from "../init/auth-options.js";
import { installedFolder, installedVersion } from "../installed.js";
import { inWords } from "../lengths.js";
import { Skipped, findingOfError, type Diagnosis, type Result } from "./diagnosis.js";
import type { Variable } from "./environment.js";
import { bareAddress, isUrl, issuerIn, keysAt, type Facts } from "./facts.js";
import { findKeyLines } from "./repairs.js";
import { finding, type Finding } from "./report.js";
import { missingVariables } from "./signing.js";

const CUSTOM_JWT_SINCE = [1, 24, 2];

/** Convex's client refreshes this long before the end, and with less than that left at once. */
const SHORTEST_LIFE = 60;

export function checkProject(diagnosis: Diagnosis, facts: Facts): void {
  if (facts.project !== undefined) diagnosis.check("packages", [], () => packages(facts));
  diagnosis.check("url", [], () => url(facts));
  diagnosis.check("issuer", ["url"], () => issuer(facts));
  if (facts.project === undefined) return;
  diagnosis.check("auth-config", [], () => authConfig(facts));
  diagnosis.check("key", [], () => key(facts));
  diagnosis.check("signer", [], () => signer(facts));
  diagnosis.check("client", [], () => client(facts));
}

function packages({ project, config }: Facts): Result {
  const { packages, convexVersion, workspace } = project!;
  const names = ["convex", "convex-token", "next-auth", "@convex-dev/auth", "next", "react"];
  const here = names.filter((name) => packages[name] !== undefined);
  const installed = (name: string) => installedVersion(name, workspace.folder);
  const found = here.map((name) => `${name} ${installed(name) ?? packages[name]!}`);
  const absent = here.filter((name) => installed(name) === undefined);
  if (absent.length === here.length && here.length > 0) found.push("none of them installed");
  else if (absent.length > 0) found.push(`${absent.join(" and ")} not installed`);
  const usesCustomJwt = config?.providers.some((each) => each !== null && "type" in each) === true;
  const isMissing =
    packages["convex"] === undefined && installedFolder("convex", workspace.folder) === undefined;
  return {
    found: found.join(", ") || "none of those that count here",
    findings: [
      isMissing
        ? findingOfError(
            commandError("package-missing", { name: "convex", found: "npm install convex" }),
          )
        : undefined,
      usesCustomJwt && convexVersion !== undefined && isOlder(convexVersion, CUSTOM_JWT_SINCE)
        ? finding("convex-too-old", { found: convexVersion })
        : undefined,
    ],
  };
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  const at = than.findIndex((each, index) => (parts[index] ?? 0) !== each);
  return at !== -1 && (parts[at] ?? 0) < than[at]!;
}

function url(facts: Facts): Result | Skipped {
  const { url: variable, api, given, environment } = facts;
  if (variable === undefined) {
    if (given.site !== undefined) {
      return new Skipped(api ?? "not named: give `--url` to have the deployment asked itself");
    }
    return {
      found: "not named anywhere",
      findings: [finding("url-missing", { path: environment.names })],
    };
  }
  const { name, place: path } = variable;
  const value = bareAddress(variable.value)!;
  const where = `${api ?? value} (${name} in ${path})`;
  if (!isUrl(value)) {
    return { found: where, findings: [finding("url-invalid", { name, path, found: value })] };
  }
  return {
    found: where,
    findings: [
      value.endsWith(".convex.site")
        ? finding("url-site", { name, path, wanted: api! }, repairable(variable, api!))
        : undefined,
      deploymentDiffers(facts, variable, value),
    ],
  };
}

/** The name that the convex command line keeps, beside that of the URL. */
function deploymentDiffers(
  { environment, isCloud }: Facts,
  { name, place: path }: Variable,
  value: string,
): Finding | undefined {
  const [, wanted] =
    /^(?:dev|prod|preview):([\w-]+)/.exec(environment.get("CONVEX_DEPLOYMENT")?.value ?? "") ?? [];
  const [, found] =
    /^https?:\/\/([\w-]+)\.(?:\w+(?:-\w+)*\.)?convex\.(?:cloud|site)$/.exec(value) ?? [];
  if (!isCloud || path === "the call" || wanted === undefined || found === undefined)
    return undefined;
  return wanted === found
    ? undefined
    : finding("deployment-differs", { name, path, found, wanted });
}

/** Only a line of a file can be mended. */
function repairable({ name, place }: Variable, value: string): Pick<Finding, "repair"> {
  return place.startsWith(".") ? { repair: { kind: "variable", path: place, name, value } } : {};
}

function issuer(facts: Facts): Result | Skipped {
  const { siteVariable, site, url, api, issuer: named, signer, convexAuth, environment } = facts;
  const missing = missingVariables(signer?.issuer);
  if (missing.length > 0) {
    const [name] = missing as [string];
    return new Skipped(`${signer!.path} takes it from ${name}, which is not set here`);
  }
  const findings: (Finding | undefined)[] = [];
  if (siteVariable !== undefined) {
    const { name, place: path } = siteVariable;
    const value = siteVariable.value.trim().replace(/^(["'])(.*)\1$/s, "$2");
    const bare = bareAddress(value)!;
    if (/\.convex\.cloud$/.test(bare)) {
      const row = { name, path, found: bare, wanted: site ?? "" };
      findings.push(finding("issuer-cloud", row, repairable(siteVariable, site!)));
    } else if (value.endsWith("/")) {
      const level = signer === undefined || signer.by === "SignJWT" ? "error" : "warning";
      findings.push(
        finding("issuer-slash", { name, path }, { ...repairable(siteVariable, bare), level }),
      );
    }
    const wanted = api?.replace(/\.convex\.cloud$/, ".convex.site");
    if (/\.convex\.site$/.test(bare) && url !== undefined && /\.convex\.site$/.test(wanted ?? "")) {
      if (bare !== wanted) {
        findings.push(finding("issuer-differs", { name, path, found: bare, wanted: wanted! }));
      }
    }
  }
  if (named === undefined) {
    if (url === undefined) return new Skipped("it follows from the deployment's URL");
    const row = {
      name: url.name,
      path: environment.files[0]?.path ?? ".env.local",
      found: url.value,
    };
    return { found: "not known", findings: [...findings, finding("issuer-missing", row)] };
  }
  const from =
    typeof signer?.issuer === "string"
      ? signer.path
      : siteVariable !== undefined
        ? `${siteVariable.name} in ${siteVariable.place}`
        : convexAuth || signer?.inDeployment
          ? "the deployment's CONVEX_SITE_URL"
          : "from the deployment's URL";
  // What is wrong is shown as it is set.
  const isWrong = findings.some((each) => each?.level === "error");
  return { found: `${(isWrong && siteVariable?.value) || named} (${from})`, findings };
}

function authConfig(facts: Facts): Result {
  const { config, isCloud, deployed, provider } = facts;
  const { path, exists, elsewhere, broken, providers, unknown, error, variables } = config!;
  if (!exists) {
    return {
      found: `no ${path}`,
      findings: [
        elsewhere === undefined
          ? finding("config-missing", { path }, { repair: { kind: "auth-config" } })
          : finding("config-elsewhere", { path, found: elsewhere }),
      ],
    };
  }
  if (broken) return { found: path, findings: [finding("config-syntax", { path })] };
  const findings: (Finding | undefined)[] = [];
  if (error !== undefined) findings.push(findingOfError(error));
  for (const each of providers) {
    const found = issuerIn(each);
    if (found === undefined) continue;
    const bare = found.replace(/\/+$/, "");
    const host = /^(?:https?:\/\/)?([^/:]+)/.exec(bare)?.[1] ?? "";
    if (host.endsWith(".convex.cloud")) {
      const wanted = bare.replace(".convex.cloud", ".convex.site");
      findings.push(finding("config-cloud", { path, found, wanted }));
    } else if (bare.includes("/.well-known/")) {
      const wanted = bare.slice(0, bare.indexOf("/.well-known/"));
      findings.push(finding("config-document", { path, found, wanted }));
    } else if (
      isCloud &&
      /^(localhost|127\.|0\.0\.0\.0|\[::1\])/.test(host) &&
      keysAt(each) !== "embedded"
    ) {
      findings.push(finding("config-localhost", { path, found }));
    }
  }
  for (const name of variables) {
    if (deployed.get(name) === null) findings.push(finding("config-variable", { path, name }));
  }
  const isUnread = [...deployed.values()].every((value) => value === undefined);
  if (facts.given.readEnv && isUnread) {
    findings.push(finding("env-unread", {}, { level: "warning" }));
  }
  if (
    !findings.some((each) => each !== undefined) &&
    unknown.length > 0 &&
    provider !== undefined &&
    facts.assumed
  ) {
    const first = unknown.find((each) => each.variables.length === 0);
    const row = { path, found: first?.why ?? "" };
    if (first !== undefined) findings.push(finding("config-dynamic", row, { level: "warning" }));
  }
  const kinds = providers.map((each) => {
    const kind = each !== null && typeof each === "object" && "type" in each ? "customJwt" : "oidc";
    const at = issuerIn(each);
    const whose = at === facts.issuer ? "" : ` for ${at ?? "no issuer"}`;
    return `${kind}${whose}, audience ${JSON.stringify(each?.applicationID ?? "any")}`;
  });
  const more =
    unknown.length > 0
      ? [`${unknown.length === 1 ? "one" : unknown.length} that hangs on the deployment`]
      : [];
  const list = [...kinds, ...more].join("; ") || "no provider";
  const needs =
    variables.length > 0 && isUnread
      ? `; reads ${variables.join(", ")}: \`npx convex env get ${variables[0]!}\` shows it`
      : "";
  return { found: `${path}: ${list}${needs}`, findings };
}

function key(facts: Facts): Result | Skipped {
  const { key: variable, convexAuth, signer, environment, given, deployed } = facts;
  const findings: (Finding | undefined)[] = [];
  const exposed = environment.exposed
    .filter(({ value }) => /PRIVATE KEY-----|"d"\s*:/.test(value))
    .map(({ name, place: path }) => finding("key-exposed", { name, path }, { aside: true }));
  findings.push(...exposed);
  const signsThere = convexAuth || signer?.inDeployment === true;
  if (signsThere) {
    const path = convexAuth ? "Convex Auth" : signer!.path;
    const isThere = [...deployed].some(
      ([name, value]) => /PRIVATE_KEY$/.test(name) && typeof value === "string",
    );
    const known = [...deployed].some(
      ([name, value]) => /PRIVATE_KEY$/.test(name) && value !== undefined,
    );
    if (known && !isThere) {
      return {
        found: "not set in the deployment",
        findings: [...findings, finding("key-not-deployed", { path })],
      };
    }
    if (!isThere && variable !== undefined && !convexAuth) {
      const row = { path, found: variable.place };
      findings.push(finding("key-only-here", row, { level: "warning" }));
    }
    if (variable === undefined) {
      if (findings.length > 0) return { found: "in the deployment", findings };
      return new Skipped(
        `in the deployment, where ${path} signs: \`npx convex env list\` shows it; \`--read-env\` tries it`,
      );
    }
  }
  if (variable === undefined) {
    if (given.site !== undefined || given.url !== undefined) {
      return findings.length > 0
        ? { found: "none here", findings }
        : new Skipped("none here, so that no token can be tried");
    }
    const path = given.file ?? environment.names;
    return {
      found: "none",
      findings: [...findings, findingOfError(commandError("key-missing", { path }))],
    };
  }
  const { name, place: path, value } = variable;
  const file = environment.files.find((each) => each.path === path);
  if (file !== undefined) findings.push(...exposure(path));
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----$/.test(value.trim())) {
    const lines = file && findKeyLines(file.text, name);
    const repair = lines === undefined ? undefined : ({ kind: "key-lines", path, name } as const);
    return {
      found: `${name} in ${path}`,
      findings: [...findings, finding("key-lines", { name, path }, { repair })],
    };
  }
  let keys: PublicJwk[];
  try {
    keys = jwksFromKey(value).keys;
  } catch (error) {
    if (!(error instanceof ConvexTokenError)) throw error;
    return { found: `${name} in ${path}`, findings: [...findings, findingOfError(error)] };
  }
  const more = keys.length > 1 ? `, and ${keys.length - 1} that only is published` : "";
  return { found: `${keys[0]!.alg}, kid ${keys[0]!.kid}${more} (${name} in ${path})`, findings };
}

/** Who else can read a file with a key. */
function exposure(path: string): (Finding | undefined)[] {
  if (isTracked(path)) {
    return [{ ...findingOfError(commandError("key-committed", { path })), aside: true }];
  }
  const isOpen = process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
  return [
    isCommittable(path) === true
      ? finding("key-not-ignored", { path }, { aside: true, repair: { kind: "ignore", path } })
      : undefined,
    isOpen
      ? finding("key-readable", { path }, { level: "warning", repair: { kind: "restrict", path } })
      : undefined,
  ];
}

function signer({ project, signers, signer, convexAuth }: Facts): Result | Skipped {
  if (signer === undefined) {
    if (convexAuth) return { found: "Convex Auth, in the deployment" };
    const options = findAuthOptions(project!);
    if (options === undefined) return new Skipped("nothing in this folder signs tokens");
    const { path } = options;
    return {
      found: `${path}: no token in the session`,
      findings: [finding("signer-missing", { path })],
    };
  }
  const life = secondsOf(signer.expiresIn);
  return {
    found: `${signer.path}: ${signer.by}${signer.inDeployment ? ", in the deployment" : ""}${signer.keyId === false ? ", without a kid" : ""}`,
    findings: [
      signer.missing.length > 0
        ? finding("signer-claims", { path: signer.path, found: signer.missing.join(", ") })
        : undefined,
      ...signers
        .filter(({ unique }) => !unique)
        .map(({ path }) => finding("signer-repeats", { path }, { level: "warning" })),
      life !== undefined && life < SHORTEST_LIFE
        ? finding("signer-life", { path: signer.path, found: inWords(life) }, { level: "warning" })
        : undefined,
    ],
  };
}

function secondsOf(value: unknown): number | undefined {
  if (typeof value === "number") return value < 1e9 ? value : undefined;
  const [, count, unit = "s"] =
    /^(\d+)\s*([smhdw]?)[a-z]*$/i.exec(String(value ?? "").trim()) ?? [];
  const size = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit.toLowerCase() || "s"];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}

function client({ clients, signer }: Facts): Result | Skipped {
  const [first] = clients;
  if (first === undefined) return new Skipped("no client of Convex in this folder");
  const findings = clients.flatMap(({ hook }): (Finding | undefined)[] => {
    if (hook === undefined) return [];
    const { path, name, missing, stable, forced } = hook;
    return [
      missing.length > 0
        ? finding("hook-members", { path, name, found: missing.join(", ") })
        : undefined,
      stable ? undefined : finding("hook-unstable", { path, name }),
      forced ? undefined : finding("hook-force", { path, name }, { level: "warning" }),
    ];
  });
  if (first.by === "ConvexProvider" && signer !== undefined) {
    findings.push(finding("client-anonymous", { path: first.path }));
  }
  return { found: `${first.path}: ${first.by}`, findings };
}
