/** Whether a project's `convex/http` serves the documents, as far as its text says it. */
import type { Surroundings } from "../init/project.js";

export interface Routes {
  path: string;
  exists: boolean;
  /** What serves them: a function's name, or "routes of its own"; undefined when nothing does. */
  by: string | undefined;
}

export function routesOf({ workspace, convex, typescript }: Surroundings): Routes {
  const path = workspace.findModule(`${convex}/http`);
  if (path === undefined) {
    const name = `${convex}/http.${typescript ? "ts" : "js"}`;
    return { path: name, exists: false, by: undefined };
  }
  const source = workspace.source(path);
  const calls = (name: string, method: boolean) =>
    source?.find("CallExpression").some(({ callee }) => {
      if (!method) return callee.type === "Identifier" && callee.name === name;
      return (
        callee.type === "MemberExpression" &&
        callee.property.type === "Identifier" &&
        callee.property.name === name
      );
    }) === true;
  const ours = source?.importedAs("convex-token/convex", "addAuthRoutes");
  const texts = source?.find("StringLiteral").map(({ value }) => value) ?? [];
  const by =
    ours !== undefined && calls(ours, false)
      ? "addAuthRoutes"
      : calls("addHttpRoutes", true)
        ? "Convex Auth's routes"
        : texts.includes("/.well-known/jwks.json")
          ? "routes of its own"
          : undefined;
  return { path, exists: true, by };
}
