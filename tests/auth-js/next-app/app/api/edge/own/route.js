import { tokenRoute } from "convex-token/next";

export const runtime = "edge";
export const { GET } = tokenRoute({
  session: (request) => {
    const id = request.headers.get("cookie")?.match(/own-session=(\w+)/)?.[1];
    return id && { id };
  },
  claims: ({ id }) => ({ sub: id }),
});
