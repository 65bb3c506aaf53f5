// What the runner hands to every host. The runner writes this file anew, with fresh keys, into the
// run's own copy of the fixtures; the values here only document the shape.

export default {
  /** The issuer of all tokens. */
  issuer: "https://happy-otter-123.convex.site",
  /** An RSA private key (PKCS#8 PEM), made once a run because RSA keys are slow to make. */
  rsaPrivateKey: "",
  /** Its public half (SPKI PEM), which must be refused for signing. */
  rsaPublicKey: "",
};
