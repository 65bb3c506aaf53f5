import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  turbopack: { root: dirname(fileURLToPath(import.meta.url)) },
  // What next-auth 5 needs in the pages router, whose dependencies Node.js loads by itself otherwise.
  transpilePackages: ["next-auth-5"],
};
