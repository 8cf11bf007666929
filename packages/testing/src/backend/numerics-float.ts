import {
  abs,
  add,
  argMax,
  argMin,
  cholesky,
  concatenate,
  expm1,
  floor,
  gradient,
  log1p,
  logSumExp,
  matmul,
  max,
  maximum,
  min,
  minimum,
  pow,
  prod,
  relu,
  rem,
  round,
  sigmoid,
  softmax,
  softplus,
  sum,
  tanh,
  type Tensor,
} from "@nn/core";
import { floats } from "../generate/entry.ts";
import type { NumericCase } from "./numerics.ts";

const nan = Number.NaN;

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
    // A zero of it may be the negative of one.
    kind: "order",
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

/** Ties, rounding and empty operands. */
export const floatCases: readonly NumericCase[] = [...ties, ...rounding, ...empty];
