import { copy, elementwise, nest } from "./elementwise.ts";
import { sequence, type Kernel, type Kernels, type Step } from "./kernel.ts";
import type { Value } from "./value.ts";
import { stridesOf } from "./walk.ts";

type Numbers = readonly number[];

/**
 * Copies a box of elements of the given shape: it begins at coordinates `from` of `a`, where it is read with these
 * strides, and ends up at coordinates `to` of `o`.
 */
function copyBox(
  o: Value,
  a: Value,
  shape: Numbers,
  to: Numbers = [],
  from: Numbers = [],
  strides: Numbers = stridesOf(a.shape),
): Step {
  const [start, first] = [o, a].map((value, i) =>
    stridesOf(value.shape).reduce((sum, n, axis) => sum + n * ([to, from][i]![axis] ?? 0), 0),
  ) as [number, number];
  return nest(copy, shape, [o, a, a], [stridesOf(o.shape), strides], [start, first]);
}

const transpose: Kernel = ({ inputs: [a], outputs: [o], params }) => {
  const own = stridesOf(a.shape);
  const strides = (params["permutation"] as Numbers).map((axis) => own[axis]!);
  return copyBox(o, a, o.shape, [], [], strides);
};

const slice: Kernel = ({ inputs: [a], outputs: [o], params }) =>
  copyBox(o, a, o.shape, [], params["starts"] as Numbers);

const pad: Kernel = ({ inputs: [a], outputs: [o], params }) =>
  sequence([
    () => o.data.fill(params["value"] as number),
    copyBox(o, a, a.shape, params["low"] as Numbers),
  ]);

const reverse: Kernel = ({ inputs: [a], outputs: [o], params }) => {
  const isTurned = (axis: number): boolean => (params["axes"] as Numbers).includes(axis);
  const last = o.shape.map((length, axis) => (isTurned(axis) ? length - 1 : 0));
  const strides = stridesOf(a.shape).map((n, axis) => (isTurned(axis) ? -n : n));
  return copyBox(o, a, o.shape, [], last, strides);
};

const concat: Kernel = ({ inputs, outputs: [o], params }) => {
  let start = 0;
  return sequence(
    inputs.map((a) => {
      const move = copyBox(
        o,
        a,
        a.shape,
        o.shape.map((_, axis) => (axis === params["axis"] ? start : 0)),
      );
      start += a.shape[params["axis"] as number]!;
      return move;
    }),
  );
};

const full: Kernel =
  ({ outputs: [o], params }) =>
  () =>
    o.data.fill(params["value"] as number);

const iota: Kernel =
  ({ outputs: [o] }) =>
  () => {
    for (let i = 0; i < o.size; i++) o.data[i] = i;
  };

/** Kernels that make constants and move elements around. */
export const moveKernels: Kernels = {
  full,
  iota,
  transpose,
  broadcastTo: elementwise(copy),
  slice,
  pad,
  reverse,
  concat,
};
