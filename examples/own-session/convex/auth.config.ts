import { convexAuthConfig } from "convex-token/convex";

// Accepts tokens that this deployment's CONVEX_SITE_URL has issued, for the audience "convex".
export default convexAuthConfig();
