/** The provider by its name: how it is written by hand, and where elements of names are. */
import type { JSXElement } from "@babel/types";
import type { Source } from "./source.js";
import { walk, type Placed } from "./tree.js";

export const MODULE = "convex-token/react";
export const PROVIDER = "ConvexProviderWithSession";

export const BY_HAND = `import { ${PROVIDER} } from "${MODULE}";
import { SessionProvider, useSession } from "next-auth/react";

<SessionProvider>
  <${PROVIDER} client={convex} useSession={useSession}>
    {children}
  </${PROVIDER}>
</SessionProvider>`;

/** An element's name, if it is a simple one. */
export function elementName({ openingElement: { name } }: JSXElement): string | undefined {
  return name.type === "JSXIdentifier" ? name.name : undefined;
}

/** The names of the elements around a node, outermost first. */
export function namesAround(source: Source, wanted: Placed): string[] {
  let names: string[] = [];
  walk(source.file.program, (node, around) => {
    if (node !== wanted) return;
    names = around.flatMap((each) => (each.type === "JSXElement" ? (elementName(each) ?? []) : []));
  });
  return names;
}

/** What to say where the order of the two providers could not be seen. */
export function mustBeInside(file: string, sessionProvider: string): string {
  return `${file} must be inside of SessionProvider, which is in ${sessionProvider}: check which of them is the outer one.`;
}
