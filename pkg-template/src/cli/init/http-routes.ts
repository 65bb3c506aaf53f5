/** `convex/http.ts`: the two well-known routes, by which Convex finds the keys. */
import type { Plan } from "./plan.js";
import type { Surroundings } from "./project.js";
import { styled } from "./style.js";

const MODULE = "convex-token/convex";

const WHOLE = `import { httpRouter } from "convex/server";
import { addAuthRoutes } from "${MODULE}";

const http = httpRouter();

addAuthRoutes(http);

export default http;
`;

const BY_HAND = `import { addAuthRoutes } from "${MODULE}";

addAuthRoutes(http); // http is the router that the file exports`;

export function planHttpRoutes(
  { workspace, convex, typescript, style }: Surroundings,
  plan: Plan,
): void {
  const path = workspace.findModule(`${convex}/http`);
  if (path === undefined) {
    workspace.write(`${convex}/http.${typescript ? "ts" : "js"}`, styled(WHOLE, style));
    return;
  }
  const source = workspace.source(path);
  if (source?.importedAs(MODULE, "addAuthRoutes") !== undefined) return;
  const routed = source?.find("StringLiteral").map(({ value }) => value) ?? [];
  if (routed.includes("/.well-known/jwks.json")) {
    plan.note(
      `${path} serves the keys already, from the deployment's JWKS. It was left as it is; \`addAuthRoutes(http)\` can take the place of its two /.well-known routes.`,
    );
    return;
  }
  if (source?.text.includes(".addHttpRoutes(http")) {
    plan.note(
      `${path} has the routes of Convex Auth, which serve the deployment's JWKS too. They were left as they are.`,
    );
    return;
  }
  const exported = source?.file.program.body.find(
    (each) => each.type === "ExportDefaultDeclaration",
  );
  const name = exported?.declaration.type === "Identifier" ? exported.declaration.name : undefined;
  const router = name === undefined ? undefined : source?.constant(name);
  const isRouter =
    router?.type === "CallExpression" &&
    router.callee.type === "Identifier" &&
    router.callee.name === source?.importedAs("convex/server", "httpRouter");
  if (source === undefined || exported === undefined || name === undefined || !isRouter) {
    plan.instruct(path, "the router that it exports is not made by `httpRouter()` there", BY_HAND);
    return;
  }
  source.addImport(MODULE, "addAuthRoutes");
  const semicolon = source.style.semicolon ? ";" : "";
  source.edit.appendLeft(
    source.startWithComments(exported),
    `addAuthRoutes(${name})${semicolon}\n\n`,
  );
  workspace.write(path, source.result());
}
