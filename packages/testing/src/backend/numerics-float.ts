import {
  abs,
  add,
  argMax,
  argMin,
  cholesky,
  clip,
  concatenate,
  div,
  equal,
  exp,
  expm1,
  floor,
  gradient,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  log,
  log1p,
  logSumExp,
  matmul,
  max,
  maximum,
  min,
  minimum,
  notEqual,
  pow,
  prod,
  relu,
  rem,
  round,
  select,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  sum,
  tanh,
  type Tensor,
} from "@nn/core";
import { floats } from "../generate/entry.ts";
import type { NumericCase } from "./numerics.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const special: readonly NumericCase[] = [
  {
    name: "maximum is NaN where an operand is",
    dtypes: floats,
    compute: ({ x }) => maximum(x([nan, 1, nan, 1]), x([1, nan, nan, 2])),
    expected: [nan, nan, nan, 2],
  },
  {
    name: "minimum is NaN where an operand is",
    dtypes: floats,
    compute: ({ x }) => minimum(x([nan, 1, nan, 1]), x([1, nan, nan, 2])),
    expected: [nan, nan, nan, 1],
  },
  {
    name: "max is NaN where an element is",
    dtypes: floats,
    compute: ({ x }) => max(x([1, nan, 2, nan, 5, 4, -inf, -inf, -inf], [3, 3]), 1),
    expected: [nan, nan, -inf],
  },
  {
    name: "min is NaN where an element is",
    dtypes: floats,
    compute: ({ x }) => min(x([1, 2, nan, inf, inf, inf], [2, 3]), 1),
    expected: [nan, inf],
  },
  {
    name: "relu keeps NaN",
    dtypes: floats,
    compute: ({ x }) => relu(x([nan, -1, 2, inf, -inf])),
    expected: [nan, 0, 2, inf, 0],
  },
  {
    name: "clip keeps NaN",
    dtypes: floats,
    compute: ({ x }) => clip(x([nan, -inf, inf, 0.5]), -1, 1),
    expected: [nan, -1, 1, 0.5],
  },
  ...[
    { name: "less", fn: less, expected: [0, 0, 0, 0, 1] },
    { name: "lessEqual", fn: lessEqual, expected: [0, 0, 0, 1, 1] },
    { name: "equal", fn: equal, expected: [0, 0, 0, 1, 0] },
    { name: "notEqual", fn: notEqual, expected: [1, 1, 1, 0, 1] },
    { name: "greater", fn: greater, expected: [0, 0, 0, 0, 0] },
    { name: "greaterEqual", fn: greaterEqual, expected: [0, 0, 0, 1, 0] },
  ].map(({ name, fn, expected }): NumericCase => ({
    name: `${name} knows NaN, and takes the zeros for equal`,
    dtypes: floats,
    compute: ({ x }) => fn(x([nan, 1, nan, 0, -inf]), x([1, nan, nan, -0, inf])),
    expected,
  })),
  {
    name: "select ignores what it does not choose",
    dtypes: floats,
    compute: ({ x, of }) => select(of("bool", [1, 0]), x([1, nan]), x([inf, 2])),
    expected: [1, 2],
  },
  {
    name: "isNaN",
    dtypes: floats,
    compute: ({ x }) => isNaN(x([nan, inf, 0])),
    expected: [1, 0, 0],
  },
  {
    name: "isFinite",
    dtypes: floats,
    compute: ({ x }) => isFinite(x([nan, inf, -inf, 1e30])),
    expected: [0, 0, 0, 1],
  },
  {
    name: "division by zero",
    dtypes: floats,
    compute: ({ x }) => div(x([1, -1, 0]), x([0, 0, 0])),
    expected: [inf, -inf, nan],
  },
  {
    name: "log and sqrt outside of their range",
    dtypes: floats,
    compute: ({ x }) => add(log(x([0, -1, inf])), sqrt(x([1, 1, inf]))),
    expected: [-inf, nan, inf],
  },
  {
    name: "sqrt of a negative number is NaN",
    dtypes: floats,
    compute: ({ x }) => sqrt(x([-1, 0, 4])),
    expected: [nan, 0, 2],
    kind: "division",
  },
  {
    name: "exp overflows to infinity and underflows to zero",
    dtypes: floats,
    compute: ({ x }) => exp(x([1000, -1000, 0, -inf])),
    expected: [inf, 0, 1, 0],
  },
  {
    name: "a pivot that is not positive makes Cholesky's factor NaN",
    dtypes: floats,
    compute: ({ x }) => cholesky(x([1, 2, 2, 1], [2, 2])),
    expected: [1, 0, 2, nan],
  },
  {
    name: "softmax of minus infinity is zero",
    dtypes: floats,
    compute: ({ x }) => softmax(x([-inf, 0, -inf])),
    expected: [0, 1, 0],
  },
];

const ties: readonly NumericCase[] = [
  {
    name: "argMax finds the first of equals, and the first NaN",
    dtypes: floats,
    compute: ({ x }) => argMax(x([1, 3, 3, 0, nan, nan], [2, 3]), 1),
    expected: [1, 1],
  },
  {
    name: "argMin finds the first of equals, and the first NaN",
    dtypes: floats,
    compute: ({ x }) => argMin(x([1, 0, 0, 0, nan, nan], [2, 3]), 1),
    expected: [1, 1],
  },
  {
    name: "the first of equals gets the gradient of max",
    dtypes: floats,
    compute: ({ x }) => gradient((a: Tensor) => sum(max(a, 1)))(x([1, 3, 3, 2, 2, 1], [2, 3])),
    expected: [0, 1, 0, 1, 0, 0],
  },
  {
    name: "the first of equals gets the gradient of min",
    dtypes: floats,
    compute: ({ x }) => gradient((a: Tensor) => min(a))(x([3, 1, 1])),
    expected: [0, 1, 0],
  },
  {
    name: "the first of two equals gets the gradient of maximum and minimum",
    dtypes: floats,
    compute: ({ x }) =>
      gradient((a: Tensor, b: Tensor) => sum(add(maximum(a, b), minimum(a, b))))(
        x([2, 3]),
        x([2, 1]),
      ),
    expected: [2, 1],
  },
  {
    name: "the second of two equals gets no gradient of maximum and minimum",
    dtypes: floats,
    compute: ({ x }) =>
      gradient((b: Tensor, a: Tensor) => sum(add(maximum(a, b), minimum(a, b))))(
        x([2, 3]),
        x([2, 1]),
      ),
    expected: [0, 1],
  },
  {
    name: "relu and abs have no slope at 0",
    dtypes: floats,
    compute: ({ x }) => gradient((a: Tensor) => sum(add(relu(a), abs(a))))(x([0, 1, -1])),
    expected: [0, 2, -1],
  },
];

const rounding: readonly NumericCase[] = [
  {
    name: "round takes halves to the even number",
    dtypes: floats,
    compute: ({ x }) => round(x([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6])),
    expected: [0, 2, 2, 0, -2, 2, -3],
    kind: "order",
  },
  {
    name: "floor goes down",
    dtypes: floats,
    compute: ({ x }) => floor(x([1.5, -1.5, -2, 0.25])),
    expected: [1, -2, -2, 0],
  },
  {
    name: "sums are rounded to the nearest number, ties to even",
    dtypes: ["f32"],
    compute: ({ x }) => add(x([2 ** 24, 2 ** 24, 2 ** 24]), x([1, 2, 3])),
    expected: [2 ** 24, 2 ** 24 + 2, 2 ** 24 + 4],
  },
  {
    name: "the remainder has the sign of the dividend",
    dtypes: floats,
    compute: ({ x }) => rem(x([5.5, -5.5, 5.5, -5.5]), x([2, 2, -2, -2])),
    expected: [1.5, -1.5, 1.5, -1.5],
  },
  {
    name: "anything to the power 0 is 1",
    dtypes: floats,
    compute: ({ x }) => pow(x([0, 2, -3]), x([0, 0, 0])),
    expected: [1, 1, 1],
    kind: "exponential",
  },
  {
    name: "negative numbers have whole powers",
    dtypes: floats,
    compute: ({ x }) => pow(x([-2, -2, -2]), x([2, 3, -1])),
    expected: [4, -8, -0.5],
    kind: "exponential",
  },
  {
    name: "log1p and expm1 are exact near 0",
    dtypes: floats,
    compute: ({ x }) => add(log1p(x([1e-6, 0])), expm1(x([1e-6, 0]))),
    expected: [Math.log1p(1e-6) + Math.expm1(1e-6), 0],
    kind: "exponential",
  },
  {
    name: "log1p and expm1 reach as far as log and exp",
    dtypes: floats,
    compute: ({ x }) => concatenate([log1p(x([3e38, 1])), expm1(x([88, -100]))]),
    expected: [Math.log1p(3e38), Math.LN2, Math.expm1(88), -1],
    kind: "exponential",
  },
  {
    name: "tanh, sigmoid and softplus do not overflow",
    dtypes: floats,
    compute: ({ x }) =>
      add(add(tanh(x([1000, -1000])), sigmoid(x([1000, -1000]))), softplus(x([1000, -1000]))),
    expected: [1002, -1],
    kind: "function",
  },
  {
    name: "softmax of large numbers",
    dtypes: floats,
    compute: ({ x }) => softmax(x([1000, 1000, -1000, 0], [2, 2])),
    expected: [0.5, 0.5, 0, 1],
    kind: "division",
  },
  {
    name: "logSumExp of large numbers",
    dtypes: floats,
    compute: ({ x }) => logSumExp(x([1000, 1000, -1000, -1000], [2, 2])),
    expected: [1000 + Math.LN2, Math.LN2 - 1000],
    kind: "function",
  },
  {
    name: "Cholesky's factor, which reads the lower triangle only",
    dtypes: floats,
    compute: ({ x }) => cholesky(x([4, 99, 2, 3], [2, 2])),
    expected: [2, 0, 1, Math.SQRT2],
    kind: "division",
  },
];

const empty: readonly NumericCase[] = [
  {
    name: "the sum of nothing is 0",
    dtypes: floats,
    compute: ({ x }) => sum(x([], [2, 0]), 1),
    expected: [0, 0],
  },
  {
    name: "the product of nothing is 1",
    dtypes: floats,
    compute: ({ x }) => prod(x([], [0])),
    expected: [1],
  },
  {
    name: "a product of matrices without inner elements is 0",
    dtypes: floats,
    compute: ({ x }) => matmul(x([], [2, 0]), x([], [0, 2])),
    expected: [0, 0, 0, 0],
  },
];

/** The numerics of floats. */
export const floatCases: readonly NumericCase[] = [...special, ...ties, ...rounding, ...empty];
