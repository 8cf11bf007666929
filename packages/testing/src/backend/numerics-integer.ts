import {
  abs,
  add,
  all,
  any,
  cast,
  concatenate,
  div,
  gather,
  mul,
  neg,
  rem,
  scatterAdd,
  shiftLeft,
  shiftRight,
  shiftRightLogical,
  sub,
  sum,
  type DType,
} from "@nn/core";
import { floats, numbers, stored } from "../generate/entry.ts";
import type { NumericCase } from "./numerics.ts";

const least = -(2 ** 31);
const most = 2 ** 31 - 1;
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const i32: readonly DType[] = ["i32"];

const arithmetic: readonly NumericCase[] = [
  {
    name: "sums wrap around",
    dtypes: i32,
    compute: ({ x }) => add(x([most, least, 1]), x([1, -1, 2])),
    expected: [least, most, 3],
  },
  {
    name: "differences wrap around",
    dtypes: i32,
    compute: ({ x }) => sub(x([least, 0]), x([1, least])),
    expected: [most, least],
  },
  {
    name: "products wrap around, and keep their low bits",
    dtypes: i32,
    compute: ({ x }) => mul(x([65_536, 46_341, 123_456_789]), x([65_536, 46_341, 987_654_321])),
    expected: [0, -2_147_479_015, -67_153_019],
  },
  {
    name: "the sum of elements wraps around",
    dtypes: i32,
    compute: ({ x }) => sum(x([most, 1, 5])),
    expected: [least + 5],
  },
  {
    name: "the least number is its own opposite and magnitude",
    dtypes: i32,
    compute: ({ x }) => concatenate([neg(x([least, 3])), abs(x([least, -3]))]),
    expected: [least, -3, least, 3],
  },
  {
    name: "division goes towards zero, and gives 0 for the divisor 0",
    dtypes: i32,
    compute: ({ x }) => div(x([7, -7, 7, -7, 5, 0, least]), x([2, 2, -2, -2, 0, 0, -1])),
    expected: [3, -3, -3, 3, 0, 0, least],
  },
  {
    name: "the remainder has the sign of the dividend, and is 0 for the divisor 0",
    dtypes: i32,
    compute: ({ x }) => rem(x([7, -7, 7, -7, 5, 0, least]), x([2, 2, -2, -2, 0, 0, -1])),
    expected: [1, -1, 1, -1, 0, 0, 0],
  },
  {
    name: "shifts take the low five bits of the amount",
    dtypes: i32,
    compute: ({ x }) =>
      concatenate([
        shiftLeft(x([1, 1, 1]), x([31, 32, -1])),
        shiftRight(x([-8, 8]), x([1, 33])),
        shiftRightLogical(x([-1, -1]), x([28, 32])),
      ]),
    expected: [least, 1, least, -4, 4, 15, -1],
  },
  {
    name: "all and any of nothing",
    dtypes: ["bool"],
    compute: ({ x }) =>
      concatenate([
        all(x([], [1, 0]), 1),
        any(x([], [1, 0]), 1),
        all(x([1, 1]), 0, { keepDims: true }),
      ]),
    expected: [1, 0, 1],
  },
];

const casts: readonly NumericCase[] = [
  {
    name: "a cast to i32 goes towards zero and saturates; NaN becomes 0",
    dtypes: floats,
    compute: ({ x }) => cast(x([1.9, -1.9, 3e9, -3e9, inf, -inf, nan]), "i32"),
    expected: [1, -1, most, least, most, least, 0],
  },
  {
    name: "a cast to u8 saturates; NaN becomes 0",
    dtypes: floats,
    compute: ({ x, needs }) => cast(cast(x([255.9, 300, -1, nan]), needs("u8")), "i32"),
    expected: [255, 255, 0, 0],
  },
  {
    name: "a cast to i8 saturates; NaN becomes 0",
    dtypes: floats,
    compute: ({ x, needs }) => cast(cast(x([-1.9, 300, -300, nan]), needs("i8")), "i32"),
    expected: [-1, 127, -128, 0],
  },
  {
    name: "a cast of integers to u8 keeps the low eight bits",
    dtypes: i32,
    compute: ({ x, needs }) => cast(cast(x([256, -1, 7]), needs("u8")), "i32"),
    expected: [0, 255, 7],
  },
  {
    name: "a cast of integers to i8 keeps the low eight bits",
    dtypes: i32,
    compute: ({ x, needs }) => cast(cast(x([128, -129, -7]), needs("i8")), "i32"),
    expected: [-128, 127, -7],
  },
  {
    name: "a cast to bool is true for all but zero",
    dtypes: floats,
    compute: ({ x }) => cast(x([0, -0, 0.5, nan, -inf]), "bool"),
    expected: [0, 0, 1, 1, 1],
  },
  {
    name: "a cast of bools",
    dtypes: numbers,
    compute: ({ of, dtype }) => cast(of("bool", [0, 1]), dtype),
    expected: [0, 1],
  },
  {
    name: "a cast of integers to f32 is rounded to the nearest, ties to even",
    dtypes: i32,
    compute: ({ x }) => cast(x([2 ** 24 + 1, 2 ** 24 + 3, most, least]), "f32"),
    expected: [2 ** 24, 2 ** 24 + 4, 2 ** 31, least],
  },
];

const bounds: readonly NumericCase[] = [
  {
    name: "gather gives 0 for an index outside",
    dtypes: stored,
    compute: ({ x, of }) => gather(x([1, 1, 1]), of("i32", [0, -1, 2, 3, least, most])),
    expected: [1, 0, 1, 0, 0, 0],
  },
  {
    name: "gather reads the rows it is told to",
    dtypes: numbers,
    compute: ({ x, of }) => gather(x([1, 2, 3, 4, 5, 6], [3, 2]), of("i32", [2, 0, 3])),
    expected: [5, 6, 1, 2, 0, 0],
  },
  {
    name: "scatterAdd adds up equal indices and drops those outside",
    dtypes: numbers,
    compute: ({ x, of }) =>
      scatterAdd(x([10, 20, 30]), of("i32", [1, -1, 1, 3, 0]), x([1, 2, 4, 8, 16])),
    expected: [26, 25, 30],
  },
];

/** The numerics of integers and bools, of casts, and of indices. */
export const integerCases: readonly NumericCase[] = [...arithmetic, ...casts, ...bounds];
