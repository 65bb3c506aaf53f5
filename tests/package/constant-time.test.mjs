// What the compilers left of RSA's arithmetic: the built module is taken apart, because a promise about
// time in the source says nothing about what runs. Names are stripped from the module, so loops are known
// by what is in them: nothing else multiplies doubles side by side.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const repository = join(import.meta.dirname, "../..");

/** Products of digits in one turn of a hot loop: four rows by four columns. */
const PRODUCTS = 16;

/**
 * All that a hot loop is made of. Nothing of it makes a number of a SIMD register's content, nor reads
 * one from memory, so that neither a branch nor an address can depend on digits, which are nowhere else.
 */
const COUNTING = [
  "local.get",
  "local.set",
  "local.tee",
  "i32.const",
  "i32.add",
  "i32.sub",
  "i32.shl",
];
const BRANCHING = ["loop", "block", "if", "then", "else", "br", "br_if", "nop", "result", "i32"];
const COMPARING = ["i32.eq", "i32.ne", "i32.eqz", "i32.lt_u", "i32.gt_u", "i32.le_u", "i32.ge_u"];
const PLAIN = [...COUNTING, ...BRANCHING, ...COMPARING, "v128.load", "v128.store"];
const ARITHMETIC = new Set([...PLAIN, "f64x2.mul", "f64x2.add", "f64x2.sub"]);
const CHOICE = ["i64x2.eq", "i64x2.splat", "v128.and", "v128.or", "v128.bitselect", "v128.const"];
const WANTED = ["v128.load64_zero", "v128.load64_lane", "v128.load64_splat"];
const SELECTION = new Set([
  ...PLAIN,
  ...CHOICE,
  ...WANTED,
  "i64.const",
  "i64.add",
  "i64.extend_i32_u",
]);

/** What makes a number of a SIMD register's content. */
const READS_LANES = /extract_lane|any_true|all_true|bitmask/u;

/** The text format as nested arrays. */
function parse(text) {
  const root = [];
  const open = [root];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/gu)) {
    if (token === "(") open.push([]);
    else if (token === ")") {
      const closed = open.pop();
      open.at(-1).push(closed);
    } else open.at(-1).push(token);
  }
  return root;
}

function* within(list) {
  yield list;
  for (const item of list) if (Array.isArray(item)) yield* within(item);
}

const all = (list, name) => [...within(list)].filter(([head]) => head === name);
const count = (list, name) => all(list, name).length;

/** A loop's instructions, without its inner loops'. */
function operations(list) {
  return [...within(list)].map(([head]) => head).filter((head) => typeof head === "string");
}

/** What is wrong with the RSA arithmetic of a module, and which loops it has. */
function examine(text) {
  const functions = parse(text)
    .flatMap((module) => module)
    .filter((item) => item[0] === "func" && count(item, "f64x2.mul") > 0);
  const wrong = [];
  const found = { functions: 0, products: 0, selections: 0 };
  for (const [index, body] of functions.entries()) {
    const complain = (what) => wrong.push(`function ${index} with f64x2.mul: ${what}`);
    for (const operation of operations(body)) {
      if (/^i64x2\.(?:ext)?mul/u.test(operation)) complain(operation);
    }
    const loops = all(body, "loop");
    const hot = loops.filter((loop) => count(loop, "loop") === 1 && count(loop, "f64x2.mul") >= 8);
    found.functions += hot.length > 0 ? 1 : 0;
    for (const loop of hot) {
      found.products += 1;
      if (count(loop, "f64x2.mul") !== PRODUCTS) complain("not four rows by four columns");
      check(loop, ARITHMETIC, complain);
    }
    // Around them, where rows are gone through.
    for (const loop of loops.filter((loop) =>
      hot.some((inner) => all(loop, "loop").includes(inner)),
    )) {
      for (const operation of operations(loop)) {
        if (READS_LANES.test(operation)) complain(`${operation} around a hot loop`);
        // As the stock standard library would have it, which takes an eighth of a signature's time.
        if (operation === "call" && count(loop, "loop") === 2) complain("a call for each row");
      }
    }
  }
  for (const body of parse(text).flat()) {
    for (const loop of Array.isArray(body) && body[0] === "func" ? all(body, "loop") : []) {
      if (count(loop, "loop") > 1 || !count(loop, "i64x2.eq") || !count(loop, "v128.and")) continue;
      found.selections += 1;
      check(loop, SELECTION, (what) => wrong.push(`selection from a table: ${what}`));
    }
  }
  return { wrong, found };
}

function check(loop, allowed, complain) {
  const used = operations(loop).filter((operation) => !operation.startsWith("$"));
  for (const operation of used) if (!allowed.has(operation)) complain(operation);
  const conditions = count(loop, "br_if") + count(loop, "if");
  if (conditions !== 1) complain(`${conditions} conditions, not the counter's alone`);
}

const disassembled = execFileSync(
  process.execPath,
  [
    join(repository, "pkg-template/node_modules/binaryen/bin/wasm-dis"),
    "--all-features",
    join(import.meta.dirname, "node_modules/convex-token/dist/core.wasm"),
  ],
  { encoding: "utf8", maxBuffer: 2 ** 28 },
);

test("products, squares and reductions multiply doubles, and nothing in them depends on digits", () => {
  const { wrong, found } = examine(disassembled);
  assert.deepEqual(wrong, []);
  // A product, a square, and a reduction's two: by what it takes away, and by the modulus.
  assert.ok(found.products >= 4, JSON.stringify(found));
  assert.ok(found.functions >= 3, JSON.stringify(found));
});

test("a power of the table is selected by masks alone", () => {
  assert.ok(examine(disassembled).found.selections >= 1);
});

test("a leak in such a loop is found", () => {
  const digit = "(v128.load (local.get $0))";
  const product = `(f64x2.mul ${digit} ${digit})`;
  const counter = "(br_if $l (i32.ne (local.get $1) (local.get $2)))";
  const module = (extra, end = counter) =>
    `(module (func $f (loop $l ${`(local.set $3 ${product})`.repeat(PRODUCTS)} ${extra} ${end})))`;
  assert.deepEqual(examine(module("")).wrong, []);
  const lane = `(i64x2.extract_lane 0 ${digit})`;
  for (const leak of [
    `(local.set $3 (i64x2.mul ${digit} ${digit}))`,
    `(br_if $l (i64.eqz ${lane}))`,
    `(local.set $3 (v128.load (i32.wrap_i64 ${lane})))`,
    `(local.set $4 (i32.load (local.get $0)))`,
    `(if (v128.any_true ${digit}) (then (nop)))`,
    `(local.set $4 (select (local.get $4) (local.get $5) (local.get $6)))`,
    `(call $g)`,
    `(br_if $l (local.get $5))`,
  ]) {
    assert.notDeepEqual(examine(module(leak)).wrong, [], leak);
  }
  const around = module("").replace("(func $f ", `(func $f (loop $m (local.set $7 ${lane}) `);
  assert.notDeepEqual(examine(`${around})`).wrong, [], "a lane read around the loop");
});
