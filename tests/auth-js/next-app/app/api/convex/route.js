import { convexToken } from "convex-token/next";
import { fetchAction, fetchMutation, fetchQuery } from "convex/nextjs";
import { anyApi } from "convex/server";
import { auth } from "../../../lib/auth-5.js";

/** What each of Convex's functions sees of who calls it. */
export async function GET() {
  const options = { token: await convexToken(auth) };
  return Response.json({
    query: await fetchQuery(anyApi.users.me, {}, options),
    mutation: await fetchMutation(anyApi.users.touch, {}, options),
    action: await fetchAction(anyApi.users.act, {}, options),
  });
}
