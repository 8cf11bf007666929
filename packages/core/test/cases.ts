import {
  abs,
  add,
  all,
  and,
  any,
  argMax,
  argMin,
  broadcastTo,
  cast,
  ceil,
  clip,
  concatenate,
  cos,
  cumulativeSum,
  div,
  equal,
  erf,
  exp,
  expandDims,
  expm1,
  floor,
  gather,
  greater,
  isFinite,
  isNaN,
  less,
  lessEqual,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  neg,
  not,
  notEqual,
  oneHot,
  or,
  pad,
  pow,
  prod,
  relu,
  rem,
  reshape,
  reverse,
  round,
  scatterAdd,
  select,
  shiftLeft,
  shiftRight,
  shiftRightLogical,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  squeeze,
  stack,
  stopGradient,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  variance,
  xor,
  type Backend,
  type Tensor,
} from "@nn/core";

import { random, type Fn } from "./check.ts";

/** A function with operands that are away from its kinks. */
export interface Case {
  readonly title: string;
  readonly fn: Fn;
  readonly inputs: readonly Tensor[];
}

/** Every function of tensors, with operands of the shapes and dtypes that its rules tell apart. */
export function cases(backend: Backend): { smooth: Case[]; other: Case[] } {
  const f64 = (shape: readonly number[], seed = 1): Tensor => random(backend, shape, seed);
  const positive = (shape: readonly number[], seed = 1): Tensor =>
    add(square(f64(shape, seed)), 0.2);
  const far = (shape: readonly number[], seed = 1): Tensor => {
    const x = f64(shape, seed);
    return add(x, mul(sign(x), 0.1));
  };
  const i32 = (shape: readonly number[], seed = 1): Tensor => cast(mul(f64(shape, seed), 9), "i32");
  const bool = (shape: readonly number[], seed = 1): Tensor => greater(f64(shape, seed), 0);
  const bits = (shape: readonly number[], seed = 1): Tensor =>
    cast(mul(f64(shape, seed), 2e9), "i32");
  const indices = (data: number[] | number[][]): Tensor => tensor(backend, data, { dtype: "i32" });

  const smooth: Case[] = [];
  const other: Case[] = [];
  const is = (title: string, fn: Fn, ...inputs: Tensor[]): unknown =>
    smooth.push({ title, fn, inputs });
  const has = (title: string, fn: Fn, ...inputs: Tensor[]): unknown =>
    other.push({ title, fn, inputs });

  for (const [title, a, b] of [
    ["of equal shapes", [2, 3], [2, 3]],
    ["of a row and a column", [1, 3], [2, 1]],
    ["of a matrix and a vector", [2, 3], [3]],
    ["of a scalar and a matrix", [], [2, 2]],
  ] as const) {
    is(`add ${title}`, add, f64(a), f64(b, 2));
    is(`sub ${title}`, sub, f64(a), f64(b, 2));
    is(`mul ${title}`, mul, f64(a), f64(b, 2));
    is(`div ${title}`, div, f64(a), positive(b, 2));
    is(`pow ${title}`, pow, positive(a), f64(b, 2));
    is(`maximum ${title}`, maximum, f64(a), f64(b, 2));
    is(`minimum ${title}`, minimum, f64(a), f64(b, 2));
    is(`select ${title}`, (x, y, c) => select(c, x, y), f64(a), f64(b, 2), bool(b, 3));
    is(`rem ${title}`, (x, y) => rem(mul(x, 3), y), f64(a), add(positive(b, 2), 0.05));
    has(`less ${title}`, less, i32(a), i32(b, 2));
    has(`equal ${title}`, equal, i32(a), i32(b, 2));
    has(`and ${title}`, and, bool(a), bool(b, 2));
    has(`shiftLeft ${title}`, shiftLeft, bits(a), i32(b, 2));
  }
  is("add of itself", (x) => add(x, x), f64([3]));
  is("mul of itself", (x) => mul(x, x), f64([3]));
  is("pow of a negative base", (x) => pow(x, 3), far([4]));
  is("pow of zero to a whole number", (x) => pow(mul(x, 0), 2), f64([2]));
  is("clip", (x) => clip(x, -0.5, 0.5), f64([6]));
  is(
    "select of a condition with fewer axes",
    (x, y, c) => select(c, x, y),
    f64([2, 3]),
    f64([3], 2),
    bool([], 3),
  );

  for (const fn of [exp, sin, cos, tanh, neg, sigmoid, softplus, expm1, erf, square])
    is(fn.name, fn as Fn, f64([2, 3]));
  for (const fn of [log, sqrt, log1p]) is(fn.name, fn as Fn, positive([2, 3]));
  for (const fn of [abs, relu, floor, ceil, sign]) is(fn.name, fn as Fn, far([2, 3]));
  is("round", (x) => mul(round(mul(x, 4)), x), add(mul(round(mul(f64([5]), 4)), 0.25), 0.03));
  is("cast and back", (x) => cast(mul(cast(cast(x, "f64"), "f64"), 2), "f64"), f64([3]));
  is("cast to integers", (x) => mul(cast(cast(x, "i32"), "f64"), x), add(far([3]), 2));

  is("sum of all", (x) => sum(x), f64([2, 3]));
  is("sum of some", (x) => sum(mul(x, x), [0, 2]), f64([2, 3, 2]));
  is("sum with keepDims", (x) => mul(x, sum(x, -1, { keepDims: true })), f64([2, 3]));
  is("max of all", (x) => max(x), f64([2, 3]));
  is("max of some", (x) => max(mul(x, x), [0, 2]), f64([2, 3, 2]));
  is("max of the last", (x) => mul(max(x, 1, { keepDims: true }), x), f64([2, 3]));
  is("min", (x) => min(mul(x, x), [0]), f64([3, 2]));
  is("mean", (x) => mean(mul(x, x), 0), f64([3, 2]));
  is("variance", (x) => variance(x, 1), f64([2, 4]));
  for (const length of [0, 1, 2, 5]) is(`prod of ${length}`, (x) => prod(x, 1), f64([2, length]));
  is("prod of several axes", (x) => prod(x, [0, 2]), f64([3, 2, 2]));
  is("cumulativeSum", (x) => cumulativeSum(mul(x, x), 0), f64([3, 2]));
  is("softmax", (x) => softmax(x, 0), f64([3, 2]));
  is("logSoftmax", (x) => logSoftmax(x), f64([2, 3]));
  is("logSumExp", (x) => logSumExp(x), f64([2, 3]));

  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) {
      const [a, b] = [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4]];
      const options = { transposeA, transposeB };
      const title = `matmul${transposeA ? " of Aᵀ" : ""}${transposeB ? " by Bᵀ" : ""}`;
      is(title, (x, y) => matmul(x, y, options), f64(a), f64(b, 2));
      is(`${title}, a stack by one`, (x, y) => matmul(x, y, options), f64([2, ...a]), f64(b, 2));
      is(`${title}, one by a stack`, (x, y) => matmul(x, y, options), f64(a), f64([2, ...b], 2));
      is(
        `${title}, stacks broadcast`,
        (x, y) => matmul(x, y, options),
        f64([2, 1, ...a]),
        f64([2, ...b], 2),
      );
    }
  is("matmul over nothing", (x, y) => matmul(x, y), f64([2, 0]), f64([0, 3]));

  is("reshape", (x) => reshape(mul(x, x), [3, -1]), f64([2, 3]));
  is("transpose", (x) => transpose(mul(x, x), [2, 0, 1]), f64([2, 1, 3]));
  is("broadcastTo", (x) => broadcastTo(mul(x, x), [2, 3, 2]), f64([3, 1]));
  is("slice", (x) => slice(mul(x, x), [1, 0], [2, 1]), f64([3, 2]));
  is("pad", (x) => pad(mul(x, x), [1, 0], [2, 1], 5), f64([2, 2]));
  is("concatenate", (x, y) => concatenate([x, mul(y, y), x], 1), f64([2, 1]), f64([2, 2], 2));
  is("stack", (x, y) => stack([x, mul(y, y)], -1), f64([2]), f64([2], 2));
  is("reverse", (x) => reverse(mul(x, x), [1]), f64([2, 3]));
  is("expandDims and squeeze", (x) => squeeze(expandDims(mul(x, x), 1)), f64([2, 3]));
  is("stopGradient", (x) => mul(stopGradient(mul(sign(x), 2)), x), far([3]));

  for (const axis of [0, 1, 2])
    for (const [title, chosen] of [
      ["an index", tensor(backend, 1, { dtype: "i32" })],
      ["a list, one of it twice and two outside", indices([1, 0, 1, -1, 7])],
      [
        "a table",
        indices([
          [0, 1],
          [1, 5],
        ]),
      ],
    ] as const) {
      const x = f64([2, 3, 2]);
      const shape = [...x.shape.slice(0, axis), ...chosen.shape, ...x.shape.slice(axis + 1)];
      is(`gather of ${title} along axis ${axis}`, (a, i) => gather(mul(a, a), i, axis), x, chosen);
      is(
        `scatterAdd at ${title} along axis ${axis}`,
        (a, i, u) => scatterAdd(mul(a, a), i, mul(u, u), axis),
        x,
        chosen,
        f64(shape, 2),
      );
    }
  is(
    "gather by nothing",
    (a, i) => gather(a, i, 0),
    f64([2, 2]),
    tensor(backend, new Int32Array(0)),
  );

  for (const fn of [and, or, xor]) {
    has(`${fn.name} of bools`, fn as Fn, bool([6]), bool([6], 2));
    has(`${fn.name} of bits`, fn as Fn, bits([6]), bits([6], 2));
  }
  for (const fn of [shiftLeft, shiftRight, shiftRightLogical])
    has(fn.name, fn as Fn, bits([6]), i32([6], 2));
  for (const fn of [
    add,
    sub,
    mul,
    div,
    rem,
    maximum,
    minimum,
    less,
    lessEqual,
    equal,
    notEqual,
    greater,
  ])
    has(`${fn.name} of integers`, fn as Fn, i32([8]), i32([8], 2));
  has("not", (x) => not(x), bits([3]));
  has(
    "isNaN and isFinite",
    (x) => or(isNaN(x), isFinite(x)),
    tensor(backend, [1, NaN, Infinity, -Infinity]),
  );
  has("all", (x) => all(x, 0), bool([3, 2]));
  has("any", (x) => any(x, 0), bool([3, 2]));
  has("argMax", (x) => argMax(x, 0), f64([4, 2]));
  has("argMin", (x) => argMin(x), i32([2, 4]));
  has("sum of integers", (x) => sum(x, 0), bits([4, 2]));
  has("max of integers", (x) => max(x, 0), bits([4, 2]));
  has("min of integers", (x) => min(x), bits([4, 2]));
  has(
    "oneHot",
    (x) => oneHot(x, 4),
    indices([
      [0, 3],
      [4, -1],
    ]),
  );
  has("cast to bool", (x) => cast(x, "bool"), i32([5]));
  has("gather of bytes", (x, i) => gather(x, i, 1), cast(abs(i32([2, 3])), "u8"), indices([2, 0]));
  has("slice of bytes", (x) => slice(x, [1, 0], [1, 2]), cast(i32([2, 3]), "i8"));
  return { smooth, other };
}
