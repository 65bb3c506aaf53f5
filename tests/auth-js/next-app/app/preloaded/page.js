import { convexToken } from "convex-token/next";
import { preloadQuery, preloadedQueryResult } from "convex/nextjs";
import { anyApi } from "convex/server";
import { auth } from "../../lib/auth-5.js";

export default async function Page() {
  const me = await preloadQuery(anyApi.users.me, {}, { token: await convexToken(auth) });
  return <p>{`preloaded as ${preloadedQueryResult(me)?.subject ?? "nobody"}`}</p>;
}
