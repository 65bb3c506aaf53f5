// Auth.js on the site of a page: its real handlers, and the real convexSession().
import { Auth } from "@auth/core";
import credentials from "@auth/core/providers/credentials";
import { convexSession } from "convex-token/next-auth";
import { publishAsRecipe, signAsRecipe } from "./recipe.mjs";
import { ada, grace } from "./site.mjs";
import { days, seconds } from "./time.mjs";

const people = { ada, grace };

/** Makes the site answer for Auth.js, with the signing options of convexSession(). */
export function withAuth({ site, convex, defaults }, signing = {}) {
  const now = () => Date.now() + site.ahead;
  return withSession(site, convexSession({ ...defaults, now, ...signing }));
}

/** The same with the session callback of the recipe. */
export async function withRecipe({ site, convex }) {
  await publishAsRecipe({ convex });
  return withSession(site, async ({ session, token }) => {
    const user = { ...session.user, id: token.sub };
    return { ...session, convexToken: await signAsRecipe(convex.siteUrl, user) };
  });
}

function withSession(site, session) {
  const config = {
    secret: "only these tests know it, and there are more than 32 bytes of it",
    trustHost: true,
    // Auth.js goes by the page's clock here, which tests set by years.
    session: { maxAge: days(36_525) / seconds(1) },
    basePath: "/api/auth",
    providers: [credentials({ credentials: {}, authorize: ({ name }) => people[name] })],
    callbacks: { session },
    logger: { error: (error) => site.said.push(String(error)), warn() {}, debug() {} },
  };
  site.said = [];
  site.answerAuth = (request) => Auth(request, config);
}
