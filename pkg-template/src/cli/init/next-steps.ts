/** What is left to do when the files are written, in the order that refuses no token. */
import type { Moving } from "./moving.js";

/** How long a published set may be used after it was replaced: max-age and stale-while-revalidate. */
export const CACHE_SECONDS = 15 + 15;

/** The commands that publish the set. */
export function publishCommands(
  { stage }: Moving,
  set: string | undefined,
  fromStdin: boolean,
): string[] {
  if (stage === "published" || stage === "other-key" || stage === "other-kid") return [];
  if (set === undefined || fromStdin) return ["npx convex-token jwks | npx convex env set JWKS"];
  return [`npx convex env set JWKS '${set}'`];
}

/** The stage in words, and the steps from here. */
export function movingWords(
  { stage, seen }: Moving,
  commands: string[],
  hasKey: boolean,
  isEmpty: boolean,
): string {
  const publish = commands.map((command) => `     ${command}`).join("\n");
  switch (stage) {
    case "published":
      return `The key is published in ${seen}, with its kid. Next: npx convex dev, then sign in.\n`;
    case "other-kid":
      return `The key is published in ${seen} under another kid than its thumbprint, which \`keyId\` names. Next: npx convex dev, then sign in.\n`;
    case "other-key":
      return hasKey
        ? `Another key is published in ${seen} than the one that signs here, so tokens signed here would be refused.
Put the private key that belongs to it into .env.local: your host or a colleague may have it. If it is gone, set
JWKS to what npx convex-token jwks prints; tokens of the old key are refused from then on.
`
        : `A key is published in ${seen} already, and its private half is not here, so no new one was made.
Put it into .env.local as CONVEX_AUTH_PRIVATE_KEY: your host or a colleague may have it. If it is gone, run
npx convex-token keys and set JWKS to what that prints; tokens of the old key are refused from then on.
`;
    case "without-kid":
      return `The key is published without a kid (seen in ${seen}), as the older guides do it: a token with a kid would be
refused. So the session callback has \`keyId: false\` for now. To move on without a refused token:

  1. Publish the same key with its kid:
${commands.length === 0 ? "     done just now" : publish}
  2. Wait ${CACHE_SECONDS} seconds: the route's cache is that old at most.
  3. Take \`keyId: false\` out (npx convex-token init does it once the deployment has the kid), and deploy.
`;
    default:
      return `Next:

  1. Publish the key set in the deployment, before the functions are pushed:
${
  commands.length === 0
    ? "     done just now"
    : publish + (hasKey ? "" : "      (once the key is there)")
}
${
  commands.length === 0 || isEmpty
    ? ""
    : "     It replaces a set that is there: see with `npx convex env get JWKS` that there is none.\n"
}     For production add --prod, and set CONVEX_AUTH_PRIVATE_KEY at your host.
  2. npx convex dev       pushes auth.config and http
  3. Start the app and sign in: ctx.auth.getUserIdentity() is the user.
`;
  }
}
