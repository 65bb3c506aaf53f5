/** `convex/auth.config.ts`: the provider whose tokens this deployment accepts. */
import type { Node, ObjectExpression } from "@babel/types";
import type { Plan } from "./plan.js";
import type { Surroundings } from "./project.js";
import { styled } from "./style.js";
import { bare, member, type Placed } from "./tree.js";

const MODULE = "convex-token/convex";

const WHOLE = `import { convexAuthConfig } from "${MODULE}";

export default convexAuthConfig();
`;

const BY_HAND = `import { convexAuthConfig } from "${MODULE}";

// in the array of providers:
...convexAuthConfig().providers,`;

export function planAuthConfig(
  { workspace, convex, typescript, style }: Surroundings,
  plan: Plan,
): void {
  const path = workspace.findModule(`${convex}/auth.config`);
  if (path === undefined) {
    const name = `${convex}/auth.config.${typescript ? "ts" : "js"}`;
    workspace.write(name, styled(WHOLE, style));
    return;
  }
  const source = workspace.source(path);
  if (source?.importedAs(MODULE, "convexAuthConfig") !== undefined) return;
  const config = source?.defaultExport();
  const given = config?.type === "ObjectExpression" ? member(config, "providers") : undefined;
  const value = given?.type === "ObjectProperty" ? bare(given.value as Node) : undefined;
  const list = value?.type === "Identifier" ? source?.constant(value.name) : value;
  if (source === undefined || list?.type !== "ArrayExpression") {
    plan.instruct(path, "its providers are not written as an array there", BY_HAND);
    return;
  }
  if (list.elements.some((each) => each !== null && isOwnIssuer(each as Node))) return;
  source.append(list, "...convexAuthConfig().providers");
  source.addImport(MODULE, "convexAuthConfig");
  workspace.write(path, source.result());
}

/** An entry for this deployment's own issuer, as the guides write it: it accepts the same tokens. */
function isOwnIssuer(element: Node): boolean {
  const entry = bare(element);
  if (entry.type !== "ObjectExpression") return false;
  const domain = textOf(entry, "domain") ?? textOf(entry, "issuer");
  return (
    domain !== undefined &&
    (domain === "CONVEX_SITE_URL" || /\.convex\.site\/?$/.test(domain)) &&
    textOf(entry, "applicationID") === "convex"
  );
}

/** A member's text, or the name of the environment variable that it is. */
function textOf(object: Placed<ObjectExpression>, name: string): string | undefined {
  const given = member(object, name);
  if (given?.type !== "ObjectProperty") return undefined;
  const value = bare(given.value as Node);
  if (value.type === "StringLiteral") return value.value;
  return value.type === "MemberExpression" && value.property.type === "Identifier"
    ? value.property.name
    : undefined;
}
