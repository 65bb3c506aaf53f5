// next-auth 5 imports `next/server` and `next/headers` as bundlers resolve them; Node wants the ending.
import { register } from "node:module";

const hook = `export function resolve(specifier, context, next) {
  const isBare = /^next\\/(headers|navigation|server)$/.test(specifier);
  return next(isBare ? specifier + ".js" : specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
