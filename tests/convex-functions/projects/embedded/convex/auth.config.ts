import { convexAuthConfig } from "convex-token/convex";

export default convexAuthConfig({ kind: "customJwt", embedJwks: true });
