import { pagesTokenRoute } from "convex-token/next";
import { auth } from "../../lib/auth-5.js";

export default pagesTokenRoute({ session: auth });
