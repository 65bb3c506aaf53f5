import type { AuthConfig } from "convex/server";

export default {
  providers: [
    // The mobile app signs in with Clerk.
    { domain: "https://clerk.example.com", applicationID: "convex" },
  ],
} satisfies AuthConfig;
