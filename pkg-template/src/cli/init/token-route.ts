/** The route `/api/session/token`, where clients without the session get their token. */
import { findAuthEntry, findAuthOptions } from "./auth-options.js";
import { importPath } from "./modules.js";
import type { Plan } from "./plan.js";
import type { Project } from "./project.js";
import { styled } from "./style.js";

const MODULE = "convex-token/next";

export function planTokenRoute(project: Project, plan: Plan): void {
  const { workspace, routes, router, typescript, style } = project;
  const stem =
    router === "app" ? `${routes}/api/session/token/route` : `${routes}/api/session/token`;
  const path = workspace.findModule(stem) ?? `${stem}.${typescript ? "ts" : "js"}`;
  const there = workspace.source(path);
  if (there?.imports(MODULE).length) return;
  const session = sessionOf(project, path);
  const code = styled(routeText(router, session), style);
  if (workspace.exists(path)) {
    plan.instruct(path, "there is another route already", code);
    return;
  }
  if (session.obstacle !== undefined) {
    plan.instruct(path, session.obstacle, code);
    return;
  }
  workspace.write(path, code);
}

interface SessionSource {
  imports: string[];
  /** What gives the session. */
  session: string;
  /** Why the route cannot be written as it stands. */
  obstacle?: string;
}

function routeText(router: "app" | "pages", { imports, session }: SessionSource): string {
  const name = router === "app" ? "tokenRoute" : "pagesTokenRoute";
  const route = `import { ${name} } from "${MODULE}";`;
  // Packages first, then what is the project's own.
  const all = [...imports.slice(0, -1), route, ...imports.slice(-1)].join("\n");
  if (router === "app") {
    return `${all}\n\nexport const { GET } = tokenRoute({ session: ${session} });\n`;
  }
  const options = session.includes("=>")
    ? `{\n  session: ${session},\n}`
    : `{ session: ${session} }`;
  return `${all}\n\nexport default pagesTokenRoute(${options});\n`;
}

/** How the route asks for the session, by next-auth's version. */
function sessionOf(project: Project, route: string): SessionSource {
  return project.authVersion === 5 ? byAuth(project, route) : byOptions(project, route);
}

function byAuth(project: Project, route: string): SessionSource {
  const entry = findAuthEntry(project);
  const name = entry?.auth ?? "auth";
  const from = entry?.auth === undefined ? "@/auth" : importPath(project, route, entry.path);
  const result = { imports: [`import { ${name} } from "${from}";`], session: name };
  if (entry?.auth !== undefined) return result;
  return { ...result, obstacle: "no exported `auth` of a call of NextAuth was found" };
}

function byOptions(project: Project, route: string): SessionSource {
  const { router, workspace } = project;
  const options = findAuthOptions(project);
  const name = options?.name ?? "authOptions";
  const from = options === undefined ? "@/auth-options" : importPath(project, route, options.path);
  const session =
    router === "app"
      ? `() => getServerSession(${name})`
      : `(request, response) => getServerSession(request, response, ${name})`;
  const result = {
    imports: [
      `import { getServerSession } from "next-auth";`,
      `import { ${name} } from "${from}";`,
    ],
    session,
  };
  if (options === undefined)
    return { ...result, obstacle: "the options of next-auth were not found" };
  const { source, object } = options;
  if (options.name !== undefined && source.exports(options.name)) return result;
  if (router === "app" && /\/route\.[jt]s$/.test(options.path)) {
    return {
      ...result,
      obstacle: `Next.js forbids exporting the options from ${options.path}; move them to a file of their own first`,
      imports: [result.imports[0]!, `import { ${name} } from "@/auth-options";`],
    };
  }
  // What is exported can be imported: a constant gets the word before it, an object a name.
  const now = workspace.source(options.path);
  if (now === undefined) return { ...result, obstacle: "the options of next-auth were not found" };
  if (options.name !== undefined) {
    const declaration = now.file.program.body.find(
      (each) =>
        each.type === "VariableDeclaration" &&
        each.declarations.some(({ id }) => id.type === "Identifier" && id.name === options.name),
    );
    if (declaration === undefined)
      return { ...result, obstacle: "the options of next-auth are not at the top of their file" };
    now.edit.appendLeft(declaration.start!, "export ");
  } else {
    const call = now.find("ExportDefaultDeclaration")[0];
    const given = now
      .find("ObjectExpression")
      .find(({ start }) => start >= (call?.start ?? Infinity));
    if (call === undefined || given === undefined || object.start < 0) {
      return { ...result, obstacle: "the options of next-auth have no name to import them by" };
    }
    const semicolon = now.style.semicolon ? ";" : "";
    // Without a type the callbacks' parameters would have none either.
    const type = project.typescript ? ": NextAuthOptions" : "";
    if (type !== "" && now.importedAs("next-auth", "NextAuthOptions") === undefined) {
      now.addImport("next-auth", "type NextAuthOptions");
    }
    now.edit.appendLeft(
      call.start,
      `export const authOptions${type} = ${now.textOf(given)}${semicolon}\n\n`,
    );
    now.edit.overwrite(given.start, given.end, "authOptions");
  }
  workspace.write(options.path, now.result());
  return result;
}
