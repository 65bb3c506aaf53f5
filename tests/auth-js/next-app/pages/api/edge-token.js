import { tokenRoute } from "convex-token/next";

export const config = { runtime: "edge" };
export default tokenRoute({ session: () => ({ user: { id: "user_edge" } }) }).GET;
