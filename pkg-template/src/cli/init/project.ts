/** What kind of project this is: its router, language, folders and versions. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { commandError } from "../errors.js";
import { readText } from "../files/system.js";
import { installedFolder, installedVersion } from "../installed.js";
import { Source } from "./source.js";
import { PRETTIER, type Style } from "./style.js";
import { Workspace } from "./workspace.js";

export interface Project {
  workspace: Workspace;
  router: "app" | "pages";
  /** `app`, `src/app`, `pages` or `src/pages`. */
  routes: string;
  /** Convex's functions. */
  convex: string;
  /** The version of next-auth. */
  authVersion: 4 | 5;
  typescript: boolean;
  /** The prefix for imports from the project, with the folder it stands for. */
  alias: { prefix: string; folder: string } | undefined;
  /** How new files are written. */
  style: Style;
  /** The version of the convex command line, if it is installed. */
  convexVersion: string | undefined;
  /** The words that install a package here. */
  install: string;
  /** Packages that the manifest names. */
  packages: Partial<Record<string, string>>;
}

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * Looks at the project in a folder.
 *
 * @throws ConvexTokenError for what is missing, with the command that makes it
 */
export function findProject(folder: string, convexFolder: string | undefined): Project {
  const manifest = readJson(join(folder, "package.json")) as Manifest | undefined;
  if (manifest === undefined) throw commandError("no-manifest", { found: findApp(folder) ?? "" });
  const packages = { ...manifest.devDependencies, ...manifest.dependencies };
  const install = installWords(folder);
  if (packages["next"] === undefined) {
    const found = findApp(folder);
    if (found !== undefined) throw commandError("next-elsewhere", { found });
  }
  for (const name of ["next", "next-auth", "convex"]) {
    if (packages[name] !== undefined) continue;
    // In a monorepo the functions' package has it, and the app reaches it by hoisting.
    if (name === "convex" && installedFolder(name, folder) !== undefined) continue;
    throw commandError("package-missing", { name, found: `${install} ${name}` });
  }
  const workspace = new Workspace(folder);
  const routes = ["app", "src/app", "pages", "src/pages"].find((path) => workspace.exists(path));
  if (routes === undefined) throw commandError("no-router");
  const around = surroundings(workspace, packages, convexFolder, routes);
  const { convex } = around;
  if (!workspace.exists(convex)) {
    throw commandError("no-convex-folder", { path: convex, found: findFunctions(folder) ?? "" });
  }
  return {
    ...around,
    router: routes.endsWith("app") ? "app" : "pages",
    routes,
    authVersion: authVersion(workspace, packages["next-auth"] ?? ""),
    install,
  };
}

/** What is known of any project with Convex functions, whatever its framework. */
export type Surroundings = Omit<Project, "router" | "routes" | "authVersion" | "install">;

/** The same without any demands: undefined in a folder that is no project. */
export function findSurroundings(
  folder: string,
  convexFolder: string | undefined,
): Surroundings | undefined {
  const manifest = readJson(join(folder, "package.json")) as Manifest | undefined;
  if (manifest === undefined) return undefined;
  const packages = { ...manifest.devDependencies, ...manifest.dependencies };
  return surroundings(new Workspace(folder), packages, convexFolder);
}

function surroundings(
  workspace: Workspace,
  packages: Project["packages"],
  convexFolder: string | undefined,
  routes?: string,
): Surroundings {
  const { folder } = workspace;
  const configured = readJson(join(folder, "convex.json")) as { functions?: string } | undefined;
  const convex = (convexFolder ?? configured?.functions ?? "convex").replace(/^\.\/|\/+$/g, "");
  return {
    workspace,
    convex,
    typescript: workspace.exists("tsconfig.json"),
    alias: findAlias(workspace),
    style: styleOf(workspace, routes ?? convex),
    convexVersion: installedVersion("convex", folder),
    packages,
  };
}

/** Declared, installed, or seen in the code, which is what will run. */
function authVersion(workspace: Workspace, range: string): 4 | 5 {
  for (const source of workspace.sourcesWith("next-auth")) {
    const nextAuth = source.importedAs("next-auth", "default");
    const destructured = source
      .find("VariableDeclarator")
      .some(
        ({ id, init }) =>
          id.type === "ObjectPattern" &&
          init?.type === "CallExpression" &&
          init.callee.type === "Identifier" &&
          init.callee.name === nextAuth,
      );
    if (destructured || source.importedAs("next-auth", "NextAuthConfig")) return 5;
    if (source.importedAs(/^next-auth(\/next)?$/, "getServerSession")) return 4;
    if (source.importedAs("next-auth", "NextAuthOptions")) return 4;
    if (source.importedAs("next-auth", "AuthOptions")) return 4;
  }
  const version = installedVersion("next-auth", workspace.folder) ?? range;
  return /^\D*5|beta/.test(version) ? 5 : 4;
}

/** `@/*` or what else stands for the project's root or `src`. */
function findAlias(workspace: Workspace): Project["alias"] {
  const text = workspace.read("tsconfig.json") ?? workspace.read("jsconfig.json");
  if (text === undefined) return undefined;
  // Such files may have comments and commas that JSON forbids, and JavaScript allows.
  const config = Source.parse("config.js", `export default ${text}`)?.defaultExport();
  if (config?.type !== "ObjectExpression") return undefined;
  const value = literal(config) as {
    compilerOptions?: { paths?: Record<string, string[]>; baseUrl?: string };
  };
  const { paths = {}, baseUrl = "." } = value.compilerOptions ?? {};
  for (const [pattern, [target] = []] of Object.entries(paths)) {
    if (!pattern.endsWith("/*") || !target?.endsWith("/*")) continue;
    const path = join(baseUrl, target.slice(0, -2)).replaceAll("\\", "/");
    if (path === "." || path === "src") {
      return { prefix: pattern.slice(0, -1), folder: path === "." ? "" : `${path}/` };
    }
  }
  return undefined;
}

function literal(node: { type: string }): unknown {
  const { type, value, properties, elements } = node as {
    type: string;
    value?: unknown;
    properties?: { key: { value?: string; name?: string }; value: { type: string } }[];
    elements?: { type: string }[];
  };
  if (type === "ObjectExpression") {
    return Object.fromEntries(
      properties!.map(({ key, value }) => [key.value ?? key.name, literal(value)]),
    );
  }
  return type === "ArrayExpression" ? elements!.map(literal) : value;
}

function styleOf(workspace: Workspace, routes: string): Style {
  for (const name of ["layout", "_app", "page", "index", "auth.config", "http", "schema"]) {
    const path = workspace.findModule(`${routes}/${name}`);
    const source = path === undefined ? undefined : workspace.source(path);
    if (source !== undefined) return source.style;
  }
  return PRETTIER;
}

function installWords(folder: string): string {
  for (let each = resolve(folder); ; each = resolve(each, "..")) {
    if (existsSync(join(each, "pnpm-lock.yaml"))) return "pnpm add";
    if (existsSync(join(each, "yarn.lock"))) return "yarn add";
    if (["bun.lock", "bun.lockb"].some((name) => existsSync(join(each, name)))) return "bun add";
    if (existsSync(join(each, "package-lock.json")) || each === resolve(each, "..")) {
      return "npm install";
    }
  }
}

/** The folder of a Next.js app further down, where monorepos have it. */
function findApp(folder: string): string | undefined {
  return subfolders(folder).find((path) => {
    const manifest = readJson(join(folder, path, "package.json")) as Manifest | undefined;
    return { ...manifest?.devDependencies, ...manifest?.dependencies }["next"] !== undefined;
  });
}

/** The folder of Convex functions in another package of a monorepo. */
function findFunctions(folder: string): string | undefined {
  const root = monorepoOf(folder);
  if (root === undefined) return undefined;
  const packages = subfolders(root).map((path) => join(root, path));
  const found = [root, ...packages].find((path) => existsSync(join(path, "convex/_generated")));
  if (found === undefined) return undefined;
  return relative(folder, join(found, "convex")).replaceAll("\\", "/");
}

/** The next folder above that is a project too, within the same repository. */
function monorepoOf(folder: string): string | undefined {
  for (let each = resolve(folder); !existsSync(join(each, ".git"));) {
    const above = resolve(each, "..");
    if (above === each) return undefined;
    each = above;
    const names = ["package.json", "pnpm-workspace.yaml"];
    if (names.some((name) => existsSync(join(each, name)))) return each;
  }
  return undefined;
}

/** Folders one and two levels down. */
function subfolders(folder: string): string[] {
  const list = (path: string) => {
    try {
      return readdirSync(join(folder, path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name))
        .map((entry) => (path === "." ? entry.name : `${path}/${entry.name}`))
        .sort();
    } catch {
      return [];
    }
  };
  const first = list(".");
  return [...first, ...first.flatMap(list)];
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readText(path) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
