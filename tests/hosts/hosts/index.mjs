// The table of hosts, in the order in which the summary prints them.
//
// A host has a `name`; `cost`, a rough number of seconds that decides who starts first; optionally
// `prepare(context)`, a build or a server that all its rows share; and `rows`, by name, each with
// `run(context, prepared)`, which returns what `runChecks` returned there, and `version(context)`.
// `environment: true` says that the row has environment variables, `generateRsa: true` that the
// package makes the RSA key there too; `reports: false`, that there is no report to judge: the row has
// passed when `run` has not thrown.

import bun from "./bun.mjs";
import chromium from "./chromium.mjs";
import convex from "./convex.mjs";
import deno from "./deno.mjs";
import esbuild from "./esbuild.mjs";
import { nextTurbopack, nextWebpack } from "./next.mjs";
import node from "./node.mjs";
import rollup from "./rollup.mjs";
import typescript from "./typescript.mjs";
import vite from "./vite.mjs";
import vitest from "./vitest.mjs";
import webpack from "./webpack.mjs";
import workerd from "./workerd.mjs";

export const hosts = [
  node,
  deno,
  bun,
  workerd,
  nextTurbopack,
  nextWebpack,
  vite,
  vitest,
  webpack,
  rollup,
  esbuild,
  convex,
  chromium,
  typescript,
];
