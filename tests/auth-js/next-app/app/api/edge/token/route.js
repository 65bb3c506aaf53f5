import { tokenRoute } from "convex-token/next";
import { auth } from "../../../../lib/auth-5.js";

export const runtime = "edge";
export const { GET } = tokenRoute({ session: auth });
