import { pagesTokenRoute } from "convex-token/next";
import { getServerSession } from "next-auth-4";
import { authOptions } from "../../lib/auth-4.js";

export default pagesTokenRoute({
  session: (request, response) => getServerSession(request, response, authOptions),
});
