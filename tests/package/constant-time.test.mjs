// What the compilers left of the algorithms' arithmetic: the built module is taken apart, because a promise
// about time in the source says nothing about what runs. Names are stripped from the module, so functions
// and loops are known by what is in them: nothing else multiplies doubles side by side, or 81 pairs of
// digits at once.
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

/** Products of two numbers' digits, of the curves' coordinates and scalars. */
const PRODUCTS_OF_DIGITS = 81;

/** All that arithmetic on digits is made of, which has no branch at all. */
const DIGITS = new Set([
  ...["func", "param", "type", "local", "i32", "i64", "local.get", "local.set", "local.tee"],
  ...["global.get", "global.set", "i32.const", "i32.add", "i32.sub", "i32.load", "call"],
  ...[
    "i64.const",
    "i64.load",
    "i64.store",
    "i64.mul",
    "i64.add",
    "i64.sub",
    "i64.shl",
    "i64.shr_s",
  ],
]);

/** What masks are made of and used by, in a loop whose one condition is its counter's. */
const MASKS = new Set([
  ...PLAIN,
  ...["i64.const", "i64.load", "i64.store", "i64.add", "i64.sub", "i64.shl", "i64.shr_s"],
  ...["i64.and", "i64.or", "i64.xor"],
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

function check(loop, allowed, complain, counters = 1) {
  const used = operations(loop).filter((operation) => !operation.startsWith("$"));
  for (const operation of used) if (!allowed.has(operation)) complain(operation);
  const conditions = count(loop, "br_if") + count(loop, "if");
  if (conditions !== counters) complain(`${conditions} conditions, not the counters' alone`);
}

/** What is wrong with the arithmetic of the curves, and how much of it there is. */
function examineCurves(text) {
  const wrong = [];
  const found = { products: 0, masked: 0, loops: 0 };
  const functions = parse(text)
    .flat()
    .filter((item) => Array.isArray(item) && item[0] === "func");
  for (const body of functions) {
    const kinds = new Set(operations(body).filter((operation) => !operation.startsWith("$")));
    const branchless = (allowed, what) => {
      for (const kind of kinds) if (!allowed.has(kind)) wrong.push(`${what}: ${kind}`);
    };
    if (count(body, "i64.mul") >= PRODUCTS_OF_DIGITS) {
      found.products += 1;
      branchless(DIGITS, "a product of digits");
    }
    // The three numbers of a kept point of Ed25519, and nothing else.
    if (count(body, "i64.and") === 12 && count(body, "i64.or") === 12 && !kinds.has("loop")) {
      found.masked += 1;
      branchless(new Set([...DIGITS, "i64.and", "i64.or"]), "a selection of words");
    }
    for (const loop of all(body, "loop").filter((loop) => !isInAnother(loop, body))) {
      if (!count(loop, "i64.shr_s") || !count(loop, "i64.xor") || count(loop, "i64.and") < 2)
        continue;
      found.loops += 1;
      check(loop, MASKS, (what) => wrong.push(`masks: ${what}`), count(loop, "loop"));
    }
  }
  return { wrong, found };
}

function isInAnother(loop, body) {
  return all(body, "loop").some((other) => other !== loop && all(other, "loop").includes(loop));
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

test("the curves' digits are multiplied without a branch, and selected by masks alone", () => {
  const { wrong, found } = examineCurves(disassembled);
  assert.deepEqual(wrong, []);
  // Coordinates and scalars of two curves, and P-256's sums of two products.
  assert.equal(found.products, 5);
  assert.equal(found.masked, 1);
  // P-256's selection, and the steps to an inverse.
  assert.equal(found.loops, 2);
});

test("a leak in the curves' arithmetic is found", () => {
  const digit = "(i64.load (local.get $0))";
  const products = `(local.set $3 (i64.mul ${digit} ${digit}))`.repeat(PRODUCTS_OF_DIGITS);
  const mask = `(i64.shr_s (i64.xor ${digit} (local.get $4)) (i64.const 63))`;
  const choice = `(local.set $3 (i64.or (local.get $3) (i64.and ${digit} ${mask})))`;
  const counter = "(br_if $l (i32.ne (local.get $1) (local.get $2)))";
  const module = (inProduct, inLoop, end = counter) =>
    `(module (func $f ${products} ${inProduct}) (func $g (loop $l ${choice.repeat(2)} ${inLoop} ${end})))`;
  assert.deepEqual(examineCurves(module("", "")).wrong, []);
  for (const leak of [
    `(if (i64.eqz ${digit}) (then (nop)))`,
    `(br_if $l (i64.eqz ${digit}))`,
    `(local.set $3 (select ${digit} (local.get $3) (i64.ge_s ${digit} (i64.const 0))))`,
    `(local.set $3 (i64.div_u ${digit} ${digit}))`,
    `(local.set $3 (i64.load (i32.wrap_i64 ${digit})))`,
    `(call_indirect (local.get $1))`,
  ]) {
    assert.notDeepEqual(examineCurves(module(leak, "")).wrong, [], leak);
    assert.notDeepEqual(examineCurves(module("", leak)).wrong, [], leak);
  }
  assert.notDeepEqual(examineCurves(module("", counter)).wrong, [], "a second condition");
});
