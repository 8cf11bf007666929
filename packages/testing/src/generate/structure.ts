import {
  all,
  any,
  argMax,
  argMin,
  broadcastTo,
  concatenate,
  expandDims,
  full,
  gather,
  iota,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  mean,
  min,
  oneHot,
  pad,
  prod,
  reshape,
  reverse,
  scatterAdd,
  slice,
  softmax,
  squeeze,
  stack,
  sum,
  transpose,
  variance,
  type DType,
  type ReduceOptions,
  type Tensor,
} from "@nn/core";
import type { Choices } from "./choices.ts";
import type { Draw } from "./draw.ts";
import { floats, numbers, stored, type Entry } from "./entry.ts";
import { anyShape, sameSizeShape, someAxes } from "./shapes.ts";

type Reduce = (x: Tensor, axes: readonly number[], options: ReduceOptions) => Tensor;

/** Reductions of some axes, of which none may be empty where there is nothing to return for them. */
function reductions(
  fns: { readonly [name: string]: Reduce },
  dtypes: readonly DType[],
  mayBeEmpty: boolean,
): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    build(draw) {
      const x = draw.tensor(draw.dtype(dtypes));
      const axes = someAxes(draw.choices, x.shape).filter(
        (axis) => mayBeEmpty || x.shape[axis]! > 0,
      );
      return fn(x, axes, { keepDims: draw.choices.once(3) });
    },
  }));
}

/** Functions of one axis, which is not empty. */
function alongAxis(
  fns: { readonly [name: string]: (x: Tensor, axis: number) => Tensor },
  dtypes: readonly DType[],
): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    build(draw) {
      const { choices } = draw;
      const x = draw.tensor(draw.dtype(dtypes), anyShape(choices, 1, 3, { isEmptyAllowed: false }));
      return fn(x, choices.integer(0, x.shape.length - 1));
    },
  }));
}

/** Functions of a tensor and of what is chosen for it. */
function moving(fns: {
  readonly [name: string]: (x: Tensor, choices: Choices) => Tensor;
}): Entry[] {
  return Object.entries(fns).map(([name, fn]) => ({
    name,
    build: (draw) => fn(draw.tensor(draw.dtype(stored)), draw.choices),
  }));
}

/** Tensors of one dtype that differ in the length of one axis only. */
function pieces(draw: Draw): { readonly tensors: Tensor[]; readonly axis: number } {
  const { choices } = draw;
  const dtype = draw.dtype(stored);
  const shape = anyShape(choices, 1, 3);
  const axis = choices.integer(0, shape.length - 1);
  const count = choices.integer(1, 4);
  const tensors = Array.from({ length: count }, () =>
    draw.tensor(dtype, shape.with(axis, choices.pick([2, 1, 3, 5, 0]))),
  );
  return { tensors, axis };
}

/** An operand for gather and scatterAdd, an axis of it, and indices. */
function indexed(
  draw: Draw,
  dtypes: readonly DType[],
): { x: Tensor; axis: number; indices: Tensor } {
  const { choices } = draw;
  const x = draw.tensor(draw.dtype(dtypes), anyShape(choices, 1, 3));
  const axis = choices.integer(0, x.shape.length - 1);
  return { x, axis, indices: draw.indices(x.shape[axis]!, anyShape(choices, 0, 2)) };
}

/** Functions that move elements about or reduce them. */
export const structureEntries: readonly Entry[] = [
  ...reductions({ sum, prod }, numbers, true),
  ...reductions({ max, min }, numbers, false),
  ...reductions({ mean, variance }, floats, false),
  ...reductions({ all, any }, ["bool"], true),
  ...alongAxis({ argMax, argMin }, numbers),
  ...alongAxis({ softmax, logSoftmax, logSumExp }, floats),
  ...moving({
    reshape: (x, choices) => reshape(x, sameSizeShape(choices, x.shape)),
    transpose: (x, choices) => transpose(x, choices.shuffle(x.shape.map((_, axis) => axis))),
    broadcastTo: (x, choices) =>
      broadcastTo(x, [
        ...(choices.once(2) ? [choices.integer(1, 3)] : []),
        ...x.shape.map((length) => (length === 1 ? choices.integer(1, 4) : length)),
      ]),
    reverse: (x, choices) => reverse(x, someAxes(choices, x.shape)),
    slice(x, choices) {
      const starts = x.shape.map((length) => choices.integer(0, length));
      return slice(
        x,
        starts,
        x.shape.map((length, axis) => choices.integer(0, length - starts[axis]!)),
      );
    },
    pad(x, choices) {
      const low = x.shape.map(() => choices.integer(0, 2));
      const isSigned = x.dtype !== "bool" && x.dtype !== "u8";
      return pad(
        x,
        low,
        x.shape.map(() => choices.integer(0, 2)),
        choices.pick(isSigned ? [0, 1, -3] : [0, 1]),
      );
    },
    expandDims: (x, choices) => expandDims(x, choices.integer(0, x.shape.length)),
    squeeze: (x) => squeeze(x),
  }),
  {
    name: "concat",
    build(draw) {
      const { tensors, axis } = pieces(draw);
      return concatenate(tensors, axis);
    },
  },
  {
    name: "stack",
    build(draw) {
      const dtype = draw.dtype(stored);
      const first = draw.tensor(dtype);
      return stack(
        [first, draw.tensor(dtype, first.shape)],
        draw.choices.integer(0, first.shape.length),
      );
    },
  },
  {
    name: "gather",
    build(draw) {
      const { x, axis, indices } = indexed(draw, stored);
      return gather(x, indices, axis);
    },
  },
  {
    name: "scatterAdd",
    build(draw) {
      const { x, axis, indices } = indexed(draw, numbers);
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return scatterAdd(x, indices, draw.tensor(x.dtype, shape), axis);
    },
  },
  {
    name: "oneHot",
    build(draw) {
      const length = draw.choices.integer(0, 5);
      return oneHot(
        draw.indices(length, anyShape(draw.choices, 0, 2)),
        length,
        draw.dtype(numbers),
      );
    },
  },
  {
    name: "full",
    build(draw) {
      const dtype = draw.dtype(stored);
      const numbers = dtype === "bool" || dtype === "u8" ? [0, 1] : [0, 1, -0, -2];
      return full(anyShape(draw.choices, 0, 3), draw.choices.pick(numbers), dtype);
    },
  },
  {
    name: "iota",
    build: (draw) => iota(draw.choices.integer(0, 40), draw.dtype(numbers)),
  },
  {
    name: "matmul",
    build(draw) {
      const { choices } = draw;
      const dtype = draw.dtype(floats);
      const sizes = [2, 1, 3, 5, 8, 17, 33, 0];
      const [m, k, n] = [choices.pick(sizes), choices.pick(sizes), choices.pick(sizes)];
      const leading = anyShape(choices, 0, draw.isStep ? 1 : 2).map((length) =>
        Math.min(length, 3),
      );
      const shared = leading
        .map((length) => (choices.once(2) ? 1 : length))
        .slice(choices.integer(0, leading.length));
      const [transposeA, transposeB] = [choices.once(3), choices.once(3)];
      const a = draw.tensor(dtype, [...leading, ...(transposeA ? [k, m] : [m, k])]);
      const b = draw.tensor(dtype, [...shared, ...(transposeB ? [n, k] : [k, n])]);
      return choices.once(3)
        ? matmul(b, a, { transposeA: !transposeB, transposeB: !transposeA })
        : matmul(a, b, { transposeA, transposeB });
    },
  },
];
