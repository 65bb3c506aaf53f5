import type { NextConfig } from "next";

const config: NextConfig = {
  // This folder is the whole project: Next.js need not look for others further up.
  turbopack: { root: import.meta.dirname },
};

export default config;
