import { type KernelCall, type Kernels, type Params, sizeOf, type TypedArray } from "@nn/core";
import { type Deferred, kernel } from "./deferred.ts";
import { placeOf, repeating, stridesOf, walk } from "./walk.ts";

type Numbers = readonly number[];
type Layout = { readonly strides: Numbers; readonly starts?: Numbers };

/** The primitives that put elements elsewhere. */
export const moves: Kernels<Deferred> = {
  reshape: ({ inputs: [x] }) => x!,
  transpose: view((shape, { permutation }) => ({
    strides: (permutation as Numbers).map((axis) => stridesOf(shape)[axis]!),
  })),
  broadcastTo: view((shape, params) => ({ strides: repeating(shape, params["shape"] as Numbers) })),
  slice: view((shape, { starts }) => ({ strides: stridesOf(shape), starts: starts as Numbers })),
  reverse: view((shape, { axes }) => {
    const isReversed = shape.map((_, axis) => (axes as Numbers).includes(axis));
    return {
      strides: stridesOf(shape).map((stride, axis) => (isReversed[axis] ? -stride : stride)),
      starts: shape.map((length, axis) => (isReversed[axis] ? 1 - length : 0)),
    };
  }),
  pad: kernel(({ inputTypes: [from], outputTypes: [type], params }) => {
    const strides = stridesOf(type!.shape);
    const start = placeOf(params["low"] as Numbers, strides);
    return (result, [x]) => {
      result.fill(params["value"] as number);
      walk(from!.shape, (position, i) => {
        result[start + placeOf(position, strides)] = x![i]!;
      });
    };
  }),
  concat: kernel(({ inputTypes, outputTypes: [type], params }) => {
    const outer = sizeOf(type!.shape.slice(0, params["axis"] as number));
    return (result, operands) => {
      let place = 0;
      for (let i = 0; i < outer; i++)
        for (const [k, x] of operands.entries()) {
          const length = sizeOf(inputTypes[k]!.shape) / outer;
          result.set(x.subarray(i * length, (i + 1) * length), place);
          place += length;
        }
    };
  }),
  gather: kernel((call) => (result, [x, indices]) => {
    select(call, indices!, (place, i) => (result[i] = x![place]!));
  }),
  scatterAdd: kernel((call) => (result, [base, indices, updates]) => {
    result.set(base!);
    select(call, indices!, (place, i) => (result[place]! += updates![i]!));
  }),
};

/** A kernel whose result is the operand in other strides, from another position on. */
function view(layout: (shape: Numbers, params: Params) => Layout) {
  return kernel(({ inputTypes: [from], outputTypes: [type], params }) => {
    const { strides, starts = [] } = layout(from!.shape, params);
    const start = placeOf(starts, strides.slice(0, starts.length));
    return (result, [x]) =>
      walk(type!.shape, (position, i) => {
        result[i] = x![start + placeOf(position, strides)]!;
      });
  });
}

/** Visits the elements of the slices at the given indices, with their place in the whole; none for those outside. */
function select(
  { inputTypes: [whole], params }: KernelCall,
  indices: TypedArray,
  visit: (place: number, i: number) => void,
): void {
  const axis = params["axis"] as number;
  const length = whole!.shape[axis]!;
  const inner = sizeOf(whole!.shape.slice(axis + 1));
  let i = 0;
  for (let outer = 0; outer < sizeOf(whole!.shape.slice(0, axis)); outer++)
    for (const index of indices)
      for (let k = 0; k < inner; k++, i++)
        if (index >= 0 && index < length) visit((outer * length + index) * inner + k, i);
}
