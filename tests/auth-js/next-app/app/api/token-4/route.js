import { tokenRoute } from "convex-token/next";
import { getServerSession } from "next-auth-4";
import { authOptions } from "../../../lib/auth-4.js";

export const { GET } = tokenRoute({ session: () => getServerSession(authOptions) });
