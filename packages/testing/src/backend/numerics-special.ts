import {
  add,
  cholesky,
  clip,
  div,
  equal,
  exp,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  log,
  max,
  maximum,
  min,
  minimum,
  notEqual,
  relu,
  select,
  softmax,
  sqrt,
} from "@nn/core";
import { floats } from "../generate/entry.ts";
import type { NumericCase } from "./numerics.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** What becomes of NaN and the infinities. */
export const specialCases: readonly NumericCase[] = [
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
