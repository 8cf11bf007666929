import { copy, elementwise } from "./elementwise.ts";
import { sequence, type Kernel, type Kernels, type Step } from "./kernel.ts";
import type { Value } from "./value.ts";
import { stridesOf, walk } from "./walk.ts";

type Numbers = readonly number[];

/** A place for a box of elements: strides, and the first element. */
interface Place {
  readonly strides: Numbers;
  readonly first: number;
}

/** Where a box begins that has these coordinates in a value. */
function placeIn({ shape }: Value, coordinates: Numbers = []): Place {
  const strides = stridesOf(shape);
  return {
    strides,
    first: strides.reduce((first, n, axis) => first + n * (coordinates[axis] ?? 0), 0),
  };
}

/** Copies a box of elements of the given shape. */
function copyBox(shape: Numbers, o: Value, to: Place, a: Value, from: Place): Step {
  const { count, steps, starts } = walk(shape, [to.strides, from.strides], [to.first, from.first]);
  const [s, p] = steps;
  const [is, js] = starts;
  const turns = is.length;
  return () => {
    for (let t = 0; t < turns; t++) copy(count, o.data, is[t]!, s, a.data, js[t]!, p);
  };
}

const transpose: Kernel = ({ inputs: [a], outputs: [o], params }) => {
  const own = stridesOf(a.shape);
  const strides = (params["permutation"] as Numbers).map((axis) => own[axis]!);
  return copyBox(o.shape, o, placeIn(o), a, { strides, first: 0 });
};

const slice: Kernel = ({ inputs: [a], outputs: [o], params }) =>
  copyBox(o.shape, o, placeIn(o), a, placeIn(a, params["starts"] as Numbers));

const pad: Kernel = ({ inputs: [a], outputs: [o], params }) =>
  sequence([
    () => o.data.fill(params["value"] as number),
    copyBox(a.shape, o, placeIn(o, params["low"] as Numbers), a, placeIn(a)),
  ]);

const reverse: Kernel = ({ inputs: [a], outputs: [o], params }) => {
  const turned = o.shape.map((_, axis) => (params["axes"] as Numbers).includes(axis));
  const last = placeIn(
    a,
    o.shape.map((length, axis) => (turned[axis] ? length - 1 : 0)),
  );
  const strides = last.strides.map((stride, axis) => (turned[axis] ? -stride : stride));
  return copyBox(o.shape, o, placeIn(o), a, { ...last, strides });
};

const concat: Kernel = ({ inputs, outputs: [o], params }) => {
  const along = params["axis"] as number;
  let start = 0;
  return sequence(
    inputs.map((a) => {
      const to = placeIn(
        o,
        o.shape.map((_, axis) => (axis === along ? start : 0)),
      );
      start += a.shape[along]!;
      return copyBox(a.shape, o, to, a, placeIn(a));
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
