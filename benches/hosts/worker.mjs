// workerd, whose clock stands still while it computes: a request is one contender's round, and the time
// is taken outside.
import keys from "bench-keys";
import { repeat } from "../lib/measure.mjs";
import { contenders } from "./contenders.mjs";

const known = {};

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const name = searchParams.get("key");
    known[name] ??= await contenders(keys.find((key) => key.name === name));
    const contender = searchParams.get("contender");
    if (contender === null) return Response.json(Object.keys(known[name]));
    await repeat(known[name][contender], Number(searchParams.get("calls")));
    return new Response();
  },
};
