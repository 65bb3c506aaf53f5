const issuer = process.env.CONVEX_SITE_URL!;

export default {
  providers: [
    { domain: issuer, applicationID: "convex" },
    {
      type: "customJwt",
      issuer: "https://second.example.com",
      applicationID: "convex",
      algorithm: "ES256",
      jwks: `data:application/json;base64,${process.env.SECOND_JWKS_BASE64}`,
    },
  ],
};
