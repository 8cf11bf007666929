import {
  abs,
  add,
  and,
  cast,
  ceil,
  clip,
  cos,
  div,
  equal,
  erf,
  exp,
  expm1,
  floor,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  not,
  notEqual,
  or,
  pow,
  relu,
  rem,
  round,
  select,
  shiftLeft,
  shiftRight,
  shiftRightLogical,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
  xor,
  type DType,
  type Tensor,
} from "@nn/core";
import { computed, floats, numbers, stored, type Entry } from "./entry.ts";
import { partnerShape } from "./shapes.ts";

function unary(
  fns: { readonly [name: string]: (x: Tensor) => Tensor },
  dtypes: readonly DType[],
): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    build: (draw) => fn(draw.tensor(draw.dtype(dtypes))),
  }));
}

function binary(
  fns: { readonly [name: string]: (a: Tensor, b: Tensor) => Tensor },
  dtypes: readonly DType[],
): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    build(draw) {
      const dtype = draw.dtype(dtypes);
      const a = draw.tensor(dtype);
      const b = draw.tensor(dtype, partnerShape(draw.choices, a.shape));
      return draw.choices.once(4) ? fn(b, a) : fn(a, b);
    },
  }));
}

/** The elementwise functions. */
export const elementwiseEntries: readonly Entry[] = [
  ...binary({ add, sub, mul, div, rem, maximum, minimum }, numbers),
  ...binary({ pow }, floats),
  ...binary({ less, lessEqual, equal, notEqual, greater, greaterEqual }, computed),
  ...binary({ and, or, xor }, ["i32", "bool"]),
  ...binary({ shiftLeft, shiftRight, shiftRightLogical }, ["i32"]),
  ...unary({ not }, ["bool", "i32"]),
  ...unary({ neg, abs, relu, square, sign }, numbers),
  ...unary({ tanh, exp, log, sqrt, sin, cos, sigmoid, softplus, log1p, expm1 }, floats),
  ...unary({ floor, ceil, round, isNaN, isFinite }, floats),
  { ...unary({ erf }, floats)[0]!, isHeavy: true },
  {
    name: "clip",
    build: (draw) =>
      clip(
        draw.tensor(draw.dtype(numbers)),
        -draw.choices.integer(0, 3),
        draw.choices.integer(0, 3),
      ),
  },
  {
    name: "select",
    build(draw) {
      const dtype = draw.dtype(stored);
      const a = draw.tensor(dtype);
      const b = draw.tensor(dtype, partnerShape(draw.choices, a.shape));
      const flags = a.shape.map((length) => (draw.choices.once(2) ? 1 : length));
      return select(draw.tensor(draw.dtype(["bool"]), flags), a, b);
    },
  },
  {
    name: "cast",
    build: (draw) => cast(draw.tensor(draw.dtype(stored)), draw.dtype(stored)),
  },
];
