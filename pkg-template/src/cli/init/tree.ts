/** Nodes of syntax trees: walking them, looking at them, finding a member. */
import type { Node, ObjectExpression, ObjectMethod, ObjectProperty } from "@babel/types";

/** A node with its place, which the parser always gives. */
export type Placed<Kind extends Node = Node> = Kind & { start: number; end: number };

/** Calls a function with each node and those around it, outermost first. */
export function walk(
  node: Node,
  visit: (node: Node, around: readonly Node[]) => void,
  around: Node[] = [],
): void {
  visit(node, around);
  around.push(node);
  for (const [name, value] of Object.entries(node)) {
    if (name === "loc" || name.endsWith("omments")) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof (each as Node | null)?.type === "string") walk(each as Node, visit, around);
    }
  }
  around.pop();
}

/** An expression without `as`, `satisfies`, `!` and parentheses around it. */
export function bare(node: Node): Placed {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return bare(node.expression as Node);
    default:
      return node as Placed;
  }
}

/** An object's member of a name. */
export function member(
  object: ObjectExpression,
  name: string,
): Placed<ObjectProperty | ObjectMethod> | undefined {
  return object.properties.find(
    (each): each is Placed<ObjectProperty | ObjectMethod> =>
      each.type !== "SpreadElement" && !each.computed && nameOf(each.key as Node) === name,
  );
}

function nameOf(key: Node): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}

/** The names that a declaration binds. */
export function boundNames(id: Node): string[] {
  if (id.type === "Identifier") return [id.name];
  if (id.type !== "ObjectPattern") return [];
  return id.properties.flatMap((each) =>
    each.type === "ObjectProperty" ? boundNames(each.value as Node) : [],
  );
}
