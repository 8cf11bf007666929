import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { sameShape, showType, sizeOf } from "../engine/dtype.ts";
import { check, show } from "../engine/errors.ts";
import { withBatch } from "../engine/vectorize.ts";
import type { Params, Primitive } from "../interfaces/primitive.ts";
import type { Tensor, TensorType } from "../interfaces/tensor.ts";
import { sum } from "./sum.ts";

type ShapeParams = { readonly shape: readonly number[] };
type SliceParams = { readonly starts: readonly number[]; readonly sizes: readonly number[] };
type PadParams = {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
};

/** Basis: the same elements, in row-major order, in another shape. */
const reshapePrimitive: Primitive<ShapeParams> = {
  name: "reshape",
  contract: KERNEL_CONTRACT,
  type([x], { shape }) {
    check(
      sizeOf(shape) === sizeOf(x!.shape),
      () =>
        `reshape: ${show(x!.shape)} has ${sizeOf(x!.shape)} elements, ${show(shape)} has ${sizeOf(shape)}`,
    );
    return [{ shape, dtype: x!.dtype }];
  },
  gradient: ({ inputs: [x], cotangents: [g] }) => [reshape(g!, x!.shape)],
  batch: ({ inputs: [x], size, params }) => [reshape(x!, [size, ...params.shape])],
  fold: (value) => value,
};

/** Basis: axis i of the result is axis `permutation[i]` of the input. */
const transposePrimitive: Primitive<{ readonly permutation: readonly number[] }> = {
  name: "transpose",
  contract: KERNEL_CONTRACT,
  type([x], { permutation }) {
    check(
      sameShape(
        permutation.toSorted((a, b) => a - b),
        axesOf(x!),
      ),
      () => `transpose: ${show(permutation)} is no permutation of the axes of ${showType(x!)}`,
    );
    return [{ shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype }];
  },
  gradient: ({ cotangents: [g], params: { permutation } }) => [
    transpose(
      g!,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  batch: ({ inputs: [x], params }) => [
    transpose(x!, [0, ...params.permutation.map((axis) => axis + 1)]),
  ],
  fold: (value) => value,
};

/** Basis: repeated along new leading axes and along axes of length 1. */
const broadcastToPrimitive: Primitive<ShapeParams> = {
  name: "broadcastTo",
  contract: KERNEL_CONTRACT,
  type([x], { shape }) {
    const extra = shape.length - x!.shape.length;
    check(
      extra >= 0 &&
        x!.shape.every((length, axis) => length === 1 || length === shape[axis + extra]),
      () => `broadcastTo: ${show(x!.shape)} cannot be repeated to ${show(shape)}`,
    );
    return [{ shape, dtype: x!.dtype }];
  },
  gradient: ({ inputs: [x], cotangents: [g] }) => [sumTo(g!, x!)],
  batch({ inputs: [x], size, params: { shape } }) {
    const missing = shape.length + 1 - x!.shape.length;
    const aligned = reshape(x!, [
      size,
      ...Array.from({ length: missing }, () => 1),
      ...x!.shape.slice(1),
    ]);
    return [broadcastTo(aligned, [size, ...shape])];
  },
  fold: (value) => value,
};

/** Basis: a box of elements. */
const slicePrimitive: Primitive<SliceParams> = {
  name: "slice",
  contract: KERNEL_CONTRACT,
  type([x], { starts, sizes }) {
    const fits = (length: number, axis: number): boolean =>
      starts[axis]! >= 0 && sizes[axis]! >= 0 && starts[axis]! + sizes[axis]! <= length;
    check(
      starts.length === x!.shape.length && sizes.length === x!.shape.length && x!.shape.every(fits),
      () =>
        `slice: ${show(sizes)} elements from ${show(starts)} are not all inside of ${show(x!.shape)}`,
    );
    return [{ shape: sizes, dtype: x!.dtype }];
  },
  gradient: ({ inputs: [x], cotangents: [g], params: { starts, sizes } }) => [
    pad(
      g!,
      starts,
      x!.shape.map((length, axis) => length - starts[axis]! - sizes[axis]!),
    ),
  ],
  batch: ({ inputs: [x], size, params }) => [
    slice(x!, [0, ...params.starts], [size, ...params.sizes]),
  ],
  fold: (value) => value,
};

/** Basis: surrounded by `low` and `high` elements of one value on each axis. */
const padPrimitive: Primitive<PadParams> = {
  name: "pad",
  contract: KERNEL_CONTRACT,
  type([x], { low, high }) {
    const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
    check(
      low.length === x!.shape.length &&
        high.length === x!.shape.length &&
        [...low, ...high].every(isCount),
      () =>
        `pad: ${show(low)} before and ${show(high)} behind are no widths for the axes of ${show(x!.shape)}`,
    );
    return [
      { shape: x!.shape.map((length, axis) => length + low[axis]! + high[axis]!), dtype: x!.dtype },
    ];
  },
  gradient: ({ inputs: [x], cotangents: [g], params }) => [slice(g!, params.low, x!.shape)],
  batch: ({ inputs: [x], params: { low, high, value } }) => [
    pad(x!, [0, ...low], [0, ...high], value),
  ],
};

/** Basis: one behind the other along an axis. */
const concatPrimitive: Primitive<{ readonly axis: number }> = {
  name: "concat",
  contract: KERNEL_CONTRACT,
  type(inputs, { axis }) {
    const { shape, dtype } = inputs[0]!;
    for (const input of inputs) {
      const agrees =
        input.shape.length === shape.length &&
        input.shape.every((n, a) => a === axis || n === shape[a]);
      check(
        agrees && input.dtype === dtype,
        () =>
          `concat: ${inputs.map(showType).join(" and ")} differ in more than the length of axis ${axis}`,
      );
    }
    const length = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
    return [{ shape: shape.map((n, a) => (a === axis ? length : n)), dtype }];
  },
  gradient({ inputs, cotangents: [g], params: { axis } }) {
    let start = 0;
    return inputs.map((input) => {
      const starts = input.shape.map((_, a) => (a === axis ? start : 0));
      start += input.shape[axis]!;
      return slice(g!, starts, input.shape);
    });
  },
  batch: ({ inputs, batched, size, params }) => [
    concat(
      inputs.map((input, i) => withBatch(input, batched[i], size)),
      params.axis + 1,
    ),
  ],
};

/** Basis: in the opposite order along some axes. */
const reversePrimitive: Primitive<{ readonly axes: readonly number[] }> = {
  name: "reverse",
  contract: KERNEL_CONTRACT,
  type: ([x]) => [x!],
  gradient: ({ cotangents: [g], params: { axes } }) => [reverse(g!, axes)],
  batch: ({ inputs: [x], params: { axes } }) => [
    reverse(
      x!,
      axes.map((axis) => axis + 1),
    ),
  ],
  fold: (value) => value,
};

/** The same elements in another shape; one length may be -1 and is worked out. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const full = shape.map((length) => (length === -1 ? x.size / known : length));
  return sameShape(full, x.shape) ? x : one(reshapePrimitive, [x], { shape: full });
}

/** Axes in another order; reversed where no permutation is given. */
export function transpose(
  x: Tensor,
  permutation: readonly number[] = axesOf(x).toReversed(),
): Tensor {
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

/** Repeated along new leading axes and along axes of length 1. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : one(broadcastToPrimitive, [x], { shape });
}

/** The box of `sizes` elements that begins at `starts`. */
export function slice(x: Tensor, starts: readonly number[], sizes: readonly number[]): Tensor {
  return sameShape(x.shape, sizes) && starts.every((start) => start === 0)
    ? x
    : one(slicePrimitive, [x], { starts, sizes });
}

/** The elements from `start` up to `end` along one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, end: number): Tensor {
  const along = normalizeAxis("sliceAxis", x, axis);
  const starts = x.shape.map((_, a) => (a === along ? start : 0));
  return slice(
    x,
    starts,
    x.shape.map((length, a) => (a === along ? end - start : length)),
  );
}

/** Surrounded by `low` and `high` elements of `value` on each axis. */
export function pad(x: Tensor, low: readonly number[], high: readonly number[], value = 0): Tensor {
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
export function reverse(x: Tensor, axes: readonly number[] = axesOf(x)): Tensor {
  const along = normalizeAxes("reverse", x, axes);
  return along.length === 0 ? x : one(reversePrimitive, [x], { axes: along });
}

/** With a new axis of length 1. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const { dtype, shape } = x;
  const at = normalizeAxis("expandDims", { dtype, shape: [...shape, 1] }, axis);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Without the given axes of length 1, by default all of them. */
export function squeeze(x: Tensor, axes?: readonly number[]): Tensor {
  const along = axes && normalizeAxes("squeeze", x, axes);
  return reshape(
    x,
    x.shape.filter((length, axis) => (along ? !along.includes(axis) : length !== 1)),
  );
}

/** An axis counted from 0, or from the end where negative. */
export function normalizeAxis(name: string, { shape }: TensorType, axis: number): number {
  const from = axis < 0 ? axis + shape.length : axis;
  check(
    Number.isInteger(axis) && from >= 0 && from < shape.length,
    () =>
      `${name}: ${show(shape)} has no axis ${axis}; axes go from ${-shape.length} to ${shape.length - 1}`,
  );
  return from;
}

/** Different axes, counted from 0, in ascending order. */
export function normalizeAxes(
  name: string,
  x: TensorType,
  axes: readonly number[],
): readonly number[] {
  const sorted = axes.map((axis) => normalizeAxis(name, x, axis)).sort((a, b) => a - b);
  check(
    sorted.every((axis, i) => axis !== sorted[i - 1]),
    () => `${name}: axes ${show(axes)} name one twice`,
  );
  return sorted;
}

/** The numbers of all axes. */
export function axesOf({ shape }: TensorType): number[] {
  return shape.map((_, axis) => axis);
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

function one<P extends Params>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: P,
): Tensor {
  return apply(primitive, inputs, params)[0]!;
}
