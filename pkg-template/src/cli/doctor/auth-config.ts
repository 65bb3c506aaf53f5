/** The providers that a project's `auth.config` exports, read without running it. */
import { ConvexTokenError, type AuthProvider } from "../../index.js";
import { convexAuthConfig, type AuthConfigOptions } from "../../convex/auth-config.js";
import { resolveImport } from "../init/modules.js";
import type { Surroundings } from "../init/project.js";
import { Unknown, evaluate, isObject, variablesRead, type Scope, type Value } from "./evaluate.js";

export interface AuthConfigFacts {
  /** Where it is, or would be. */
  path: string;
  exists: boolean;
  /** Another file that looks like it, where Convex does not look. */
  elsewhere: string | undefined;
  /** Why nothing can be read of it: it does not parse. */
  broken: boolean;
  /** The entries that could be read. */
  providers: AuthProvider[];
  /** The set is in an entry, from the deployment's JWKS, which is not known here. */
  hidesSet: boolean;
  /** What could not be read, in words. */
  unknown: Unknown[];
  /** What a call of `convexAuthConfig` throws, as a push would show it. */
  error: ConvexTokenError | undefined;
  /** Variables that a push needs, beside those that a deployment always has. */
  variables: string[];
}

/** Always set, and with another value in each deployment. */
const BUILT_IN = ["CONVEX_SITE_URL", "CONVEX_CLOUD_URL"];

/** @param variable a variable of the deployment, as far as it is known */
export function readAuthConfig(
  project: Surroundings,
  variable: (name: string) => Value,
): AuthConfigFacts {
  const { workspace, convex, typescript } = project;
  const path = workspace.findModule(`${convex}/auth.config`);
  const facts: AuthConfigFacts = {
    path: path ?? `${convex}/auth.config.${typescript ? "ts" : "js"}`,
    exists: path !== undefined,
    elsewhere: path === undefined ? findElsewhere(project) : undefined,
    broken: false,
    providers: [],
    hidesSet: false,
    unknown: [],
    error: undefined,
    variables: [],
  };
  if (path === undefined) return facts;
  const source = workspace.source(path);
  const exported = source?.defaultExport();
  if (source === undefined || exported === undefined) return { ...facts, broken: true };

  const read = new Set(variablesRead(source));
  const scope: Scope = {
    source,
    variable: (name) => {
      read.add(name);
      return variable(name);
    },
    open: (module, from) => {
      const file = resolveImport(project, from.path, module);
      return file === undefined ? undefined : workspace.source(file);
    },
    call: (module, name, args) => {
      if (module !== "convex-token/convex" || name !== "convexAuthConfig") return undefined;
      return configOf(args[0], scope, facts);
    },
  };
  const config = evaluate(exported, scope);
  const list = isObject(config) ? config["providers"] : config;
  if (Array.isArray(list)) for (const each of list) addEntry(each, facts);
  else {
    facts.unknown.push(
      list instanceof Unknown ? list : new Unknown("no array `providers` in its default export"),
    );
  }
  facts.variables = [...read].filter((name) => !BUILT_IN.includes(name));
  return facts;
}

/** What `convexAuthConfig` returns, with the deployment's variables in place of this process's. */
function configOf(given: Value, scope: Scope, facts: AuthConfigFacts): Value | undefined {
  if (given !== undefined && !isObject(given)) return undefined;
  const options: { [name: string]: Value } = { ...given };
  options["issuer"] ??= scope.variable("CONVEX_SITE_URL");
  if (options["embedJwks"] === true) options["jwks"] ??= scope.variable("JWKS");
  const missing = Object.values(options).filter((each) => each instanceof Unknown);
  if (missing.length > 0) {
    facts.hidesSet ||= options["jwks"] instanceof Unknown && options["kind"] === "customJwt";
    return {
      providers: [
        new Unknown(
          missing[0]!.why,
          missing.flatMap(({ variables }) => variables),
        ),
      ],
    };
  }
  try {
    const config = convexAuthConfig(options as unknown as AuthConfigOptions as never);
    return config as unknown as Value;
  } catch (error) {
    if (!(error instanceof ConvexTokenError)) throw error;
    facts.error = error;
    return { providers: [] };
  }
}

function addEntry(entry: Value, facts: AuthConfigFacts): void {
  const members = isObject(entry) ? Object.values(entry) : [entry];
  const unknown = members.filter((each) => each instanceof Unknown);
  // An entry that is none is told of by the checks of a token.
  if (unknown.length === 0) facts.providers.push(entry as unknown as AuthProvider);
  facts.unknown.push(...unknown);
}

/** A file of that name with a provider of Convex's in it; Auth.js has files of that name as well. */
function findElsewhere({ workspace }: Surroundings): string | undefined {
  for (const stem of ["auth.config", "src/auth.config", "src/convex/auth.config"]) {
    const path = workspace.findModule(stem);
    if (path !== undefined && /applicationID|convexAuthConfig/.test(workspace.read(path) ?? "")) {
      return path;
    }
  }
  return undefined;
}
