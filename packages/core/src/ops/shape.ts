import { areCounts, sameShape, sizeOf } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import { checkTensors } from "../engine/tensor.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { define, one } from "./define.ts";
import { behindBatch } from "./elementwise.ts";
import { checkOperands } from "./operands.ts";
import { sum } from "./sum.ts";

type Numbers = readonly number[];
type ShapeParams = { readonly shape: Numbers };

/** Basis: the same elements, in row-major order, in another shape. */
const reshapePrimitive: Primitive<ShapeParams> = /* @__PURE__ */ define("reshape", {
  type(inputs, { shape }) {
    checkOperands(
      "reshape",
      inputs,
      sizeOf(shape) === sizeOf(inputs[0]!.shape),
      () => `${sizeOf(shape)} elements for ${show(shape)}`,
    );
    return { shape };
  },
  gradient: (g, [x]) => reshape(g, x!.shape),
  shift: ({ shape }, size) => ({ shape: [size, ...shape] }),
  fold: (value) => value,
});

/** Basis: axis i of the result is axis `permutation[i]` of the input. */
const transposePrimitive: Primitive<{ readonly permutation: Numbers }> = /* @__PURE__ */ define(
  "transpose",
  {
    type([x], { permutation }) {
      checkOperands(
        "transpose",
        [x!],
        sameShape(
          permutation.toSorted((a, b) => a - b),
          axesOf(x!),
        ),
        () => `each axis once in ${show(permutation)}`,
      );
      return { shape: permutation.map((axis) => x!.shape[axis]!) };
    },
    gradient: (g, _, __, { permutation }) => transpose(g, inverse(permutation)),
    shift: ({ permutation }) => ({ permutation: [0, ...permutation.map((axis) => axis + 1)] }),
    fold: (value) => value,
  },
);

/** Basis: repeated along new leading axes and along axes of length 1. */
const broadcastToPrimitive: Primitive<ShapeParams> = /* @__PURE__ */ define("broadcastTo", {
  type([x], { shape }) {
    const extra = shape.length - x!.shape.length;
    checkOperands(
      "broadcastTo",
      [x!],
      extra >= 0 &&
        x!.shape.every((length, axis) => length === 1 || length === shape[axis + extra]),
      () => `lengths of 1 or as in ${show(shape)}`,
    );
    return { shape };
  },
  gradient: (g) => g,
  batch: ({ inputs: [x], size, params: { shape } }) =>
    broadcastTo(behindBatch(x!, shape.length), [size, ...shape]),
  fold: (value) => value,
});

/** Basis: a box of elements. */
const slicePrimitive: Primitive<{ readonly starts: Numbers; readonly sizes: Numbers }> =
  /* @__PURE__ */ define("slice", {
    type([x], { starts, sizes }) {
      const { length } = x!.shape;
      checkOperands(
        "slice",
        [x!],
        starts.length === length &&
          sizes.length === length &&
          areCounts(starts) &&
          starts.every((start, axis) => start + sizes[axis]! <= x!.shape[axis]!),
        () => `${show(sizes)} elements from ${show(starts)} on`,
      );
      return { shape: sizes };
    },
    gradient: (g, [x], _, { starts, sizes }) =>
      pad(
        g,
        starts,
        x!.shape.map((length, axis) => length - starts[axis]! - sizes[axis]!),
      ),
    shift: ({ starts, sizes }, size) => ({ starts: [0, ...starts], sizes: [size, ...sizes] }),
    fold: (value) => value,
  });

/** Basis: surrounded by `low` and `high` elements of one value on each axis. */
const padPrimitive: Primitive<{
  readonly low: Numbers;
  readonly high: Numbers;
  readonly value: number;
}> = /* @__PURE__ */ define("pad", {
  type([x], { low, high }) {
    checkOperands(
      "pad",
      [x!],
      [low, high].every((widths) => widths.length === x!.shape.length && areCounts(widths)),
      () => `an axis for each of ${show(low)} and ${show(high)} cells from 0`,
    );
    return { shape: x!.shape.map((length, axis) => length + low[axis]! + high[axis]!) };
  },
  gradient: (g, [x], _, { low }) => slice(g, low, x!.shape),
  shift: ({ low, high, value }) => ({ low: [0, ...low], high: [0, ...high], value }),
});

/** Basis: one behind the other along an axis. */
const concatPrimitive: Primitive<{ readonly axis: number }> = /* @__PURE__ */ define("concat", {
  type(inputs, { axis }) {
    const { shape, dtype } = inputs[0]!;
    checkOperands(
      "concat",
      inputs,
      inputs.every(
        (input) =>
          input.dtype === dtype &&
          input.shape.length === shape.length &&
          input.shape.every((n, a) => a === axis || n === shape[a]),
      ),
      () => `operands that differ in the length of axis ${axis} alone`,
    );
    return { shape: shape.with(axis, lengthOf(inputs, axis)) };
  },
  gradient(g, inputs, _, { axis }, i) {
    const start = lengthOf(inputs.slice(0, i), axis);
    return slice(g, alongAxis(g, axis, start), inputs[i]!.shape);
  },
  shift: ({ axis }) => ({ axis: axis + 1 }),
});

/** How long tensors are along an axis, one behind the other. */
function lengthOf(tensors: readonly TensorType[], axis: number): number {
  return tensors.reduce((total, { shape }) => total + shape[axis]!, 0);
}

/** Basis: in the opposite order along some axes. */
const reversePrimitive: Primitive<{ readonly axes: Numbers }> = /* @__PURE__ */ define("reverse", {
  type: () => ({}),
  gradient: (g, _, __, { axes }) => reverse(g, axes),
  shift: ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
  fold: (value) => value,
});

/** The same elements in another shape; one length may be -1 and is worked out. */
export function reshape(x: Tensor, shape: Numbers): Tensor {
  checkTensors("reshape", [x]);
  const known = sizeOf(shape.filter((length) => length !== -1));
  const full = shape.map((length) => (length === -1 ? x.size / known : length));
  return sameShape(full, x.shape) ? x : one(reshapePrimitive, [x], { shape: full });
}

/** Axes in another order; reversed where no permutation is given. */
export function transpose(x: Tensor, permutation: Numbers = axesOf(x).toReversed()): Tensor {
  const order = permutation.map((axis) => normalizeAxis("transpose", x, axis));
  // Where only axes of length 1 change their place, the elements stay where they are.
  const long = order.filter((axis) => x.shape[axis] !== 1);
  return long.every((axis, i) => i === 0 || axis > long[i - 1]!) && order.length === x.shape.length
    ? reshape(
        x,
        order.map((axis) => x.shape[axis]!),
      )
    : one(transposePrimitive, [x], { permutation: order });
}

/** With `count` axes, the first of which is `from`, moved so that it becomes axis `to`. */
export function moveAxes(x: Tensor, from: number, to: number, count = 1): Tensor {
  const order = axesOf(x);
  const taken = order.splice(from, count);
  return transpose(x, order.toSpliced(to, 0, ...taken));
}

/** With the first two axes as one. */
export function joinLeading(x: Tensor): Tensor {
  const [first, second, ...rest] = x.shape;
  return reshape(x, [first! * second!, ...rest]);
}

/** Repeated along new leading axes and along axes of length 1. */
export function broadcastTo(x: Tensor, shape: Numbers): Tensor {
  return sameShape(x.shape, shape) ? x : one(broadcastToPrimitive, [x], { shape });
}

/** The box of `sizes` elements that begins at `starts`. */
export function slice(x: Tensor, starts: Numbers, sizes: Numbers): Tensor {
  return sameShape(x.shape, sizes) && starts.every((start) => start === 0)
    ? x
    : one(slicePrimitive, [x], { starts, sizes });
}

/** The elements from `start` up to `end` along one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, end: number): Tensor {
  const along = normalizeAxis("sliceAxis", x, axis);
  return slice(x, alongAxis(x, along, start), x.shape.with(along, end - start));
}

/** Surrounded by `low` and `high` elements of `value` on each axis. */
export function pad(x: Tensor, low: Numbers, high: Numbers, value = 0): Tensor {
  return [...low, ...high].every((n) => n === 0) ? x : one(padPrimitive, [x], { low, high, value });
}

/** Tensors one behind the other along an axis. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  check(tensors.length > 0, () => "concat: expected at least one tensor, got none");
  return one(concatPrimitive, tensors, { axis: normalizeAxis("concat", tensors[0]!, axis) });
}

/** Tensors of equal shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  return concat(
    tensors.map((tensor) => expandDims(tensor, axis)),
    axis,
  );
}

/** In the opposite order along the given axes, by default all. */
export function reverse(x: Tensor, axes: Numbers = axesOf(x)): Tensor {
  const along = normalizeAxes("reverse", x, axes);
  return along.length === 0 ? x : one(reversePrimitive, [x], { axes: along });
}

/** With a new axis of length 1. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const { dtype, shape } = x;
  const at = normalizeAxis("expandDims", { dtype, shape: [...shape, 1] }, axis);
  return reshape(x, shape.toSpliced(at, 0, 1));
}

/** Without the given axes of length 1, by default all of them. */
export function squeeze(x: Tensor, axes?: Numbers): Tensor {
  const along = axes && normalizeAxes("squeeze", x, axes);
  return reshape(
    x,
    x.shape.filter((length, axis) => (along ? !along.includes(axis) : length !== 1)),
  );
}

/** An axis counted from 0, or from the end where negative. */
export function normalizeAxis(name: string, { shape }: TensorType, axis: number): number {
  const { length } = shape;
  check(
    Number.isInteger(axis) && axis >= -length && axis < length,
    () =>
      `${name}: expected an axis from ${-length} to ${length - 1} of ${show(shape)}, got ${axis}`,
  );
  return axis < 0 ? axis + length : axis;
}

/** Different axes, counted from 0, in ascending order. */
export function normalizeAxes(name: string, x: TensorType, axes: Numbers): Numbers {
  const sorted = axes.map((axis) => normalizeAxis(name, x, axis)).sort((a, b) => a - b);
  check(
    sorted.every((axis, i) => axis !== sorted[i - 1]),
    () => `${name}: expected different axes, got ${show(axes)}`,
  );
  return sorted;
}

/** The numbers of all axes. */
export function axesOf({ shape }: TensorType): number[] {
  return shape.map((_, axis) => axis);
}

/** A number for each axis: `value` for one of them, `rest` for the others. */
export function alongAxis(x: TensorType, axis: number, value: number, rest = 0): Numbers {
  return x.shape.map((_, a) => (a === axis ? value : rest));
}

/** The permutation that undoes another one. */
export function inverse(permutation: Numbers): Numbers {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** Summed over the axes along which something of the given shape was repeated. */
export function sumTo(x: Tensor, { shape }: TensorType): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = axesOf(x).filter(
    (axis) => axis < extra || (shape[axis - extra] === 1 && x.shape[axis] !== 1),
  );
  return reshape(sum(x, axes), shape);
}
