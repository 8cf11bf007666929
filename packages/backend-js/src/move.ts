import { sizeOf } from "@nn/core";
import type { Kernel, Kernels, Step } from "./kernel.ts";
import type { Data, Slot } from "./slot.ts";
import { broadcastStrides, stridesOf, walk } from "./walk.ts";

/** Copies `n` elements, from position `j` on in steps of `p`, to position `i` on in steps of `s`. */
// prettier-ignore
export function copy(o: Data, i: number, s: number, a: Data, j: number, p: number, n: number): void {
  for (; n > 0; n--, i += s, j += p) o[i] = a[j]!;
}

/** Copies all elements of a slot; nothing to do where both are the same. */
export function copyAll(to: Slot, from: Slot, size: number): Step {
  return () => {
    if (to.data !== from.data) copy(to.data, 0, 1, from.data, 0, 1, size);
  };
}

/** Where a box of elements begins in an array, and the array's strides. */
interface Box {
  readonly strides: readonly number[];
  readonly first: number;
}

/** Copies a box of the given shape. */
function copyBox(shape: readonly number[], o: Slot, to: Box, a: Slot, from: Box): Step {
  const { count, steps, starts } = walk(shape, [to.strides, from.strides], [to.first, from.first]);
  const [s, p] = steps;
  const [is, js] = starts;
  const turns = is.length;
  return () => {
    for (let t = 0; t < turns; t++) copy(o.data, is[t]!, s, a.data, js[t]!, p, count);
  };
}

/** The box that begins at these coordinates of an array. */
function boxOf(shape: readonly number[], coordinates: readonly number[] = []): Box {
  const strides = stridesOf(shape);
  return {
    strides,
    first: strides.reduce((first, stride, axis) => first + stride * (coordinates[axis] ?? 0), 0),
  };
}

const transpose: Kernel = ({
  inputs: [a],
  inputTypes: [from],
  outputs: [o],
  outputTypes: [{ shape }],
  params,
}) => {
  const own = stridesOf(from.shape);
  const strides = (params["permutation"] as number[]).map((axis) => own[axis]!);
  return copyBox(shape, o, boxOf(shape), a, { strides, first: 0 });
};

const broadcastTo: Kernel = ({
  inputs: [a],
  inputTypes: [from],
  outputs: [o],
  outputTypes: [{ shape }],
}) =>
  copyBox(shape, o, boxOf(shape), a, { strides: broadcastStrides(from.shape, shape), first: 0 });

const slice: Kernel = ({
  inputs: [a],
  inputTypes: [from],
  outputs: [o],
  outputTypes: [{ shape }],
  params,
}) => copyBox(shape, o, boxOf(shape), a, boxOf(from.shape, params["starts"] as number[]));

const pad: Kernel = ({
  inputs: [a],
  inputTypes: [from],
  outputs: [o],
  outputTypes: [{ shape }],
  params,
}) => {
  const move = copyBox(
    from.shape,
    o,
    boxOf(shape, params["low"] as number[]),
    a,
    boxOf(from.shape),
  );
  const value = params["value"] as number;
  return () => {
    o.data.fill(value);
    move();
  };
};

const reverse: Kernel = ({ inputs: [a], outputs: [o], outputTypes: [{ shape }], params }) => {
  const axes = params["axes"] as number[];
  const last = shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0));
  const { strides, first } = boxOf(shape, last);
  return copyBox(shape, o, boxOf(shape), a, {
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    first,
  });
};

const concat: Kernel = ({ inputs, inputTypes, outputs: [o], outputTypes: [{ shape }], params }) => {
  const along = params["axis"] as number;
  let start = 0;
  const moves = inputs.map((a, i) => {
    const from = inputTypes[i]!.shape;
    const coordinates = shape.map((_, axis) => (axis === along ? start : 0));
    start += from[along]!;
    return copyBox(from, o, boxOf(shape, coordinates), a, boxOf(from));
  });
  return () => {
    for (let i = 0; i < moves.length; i++) moves[i]!();
  };
};

const full: Kernel = ({ outputs: [o], params }) => {
  const value = params["value"] as number;
  return () => void o.data.fill(value);
};

const iota: Kernel = ({ outputs: [o], outputTypes: [{ shape }] }) => {
  const size = sizeOf(shape);
  return () => {
    for (let i = 0; i < size; i++) o.data[i] = i;
  };
};

/** Kernels that make constants and move elements around. */
export const moveKernels: Kernels = {
  full,
  iota,
  transpose,
  broadcastTo,
  slice,
  pad,
  reverse,
  concat,
};
