/** What the provider is called, and how it is written by hand. */
import type { JSXElement } from "@babel/types";

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
