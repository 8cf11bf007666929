import { sizeOf } from "@nn/core";
import { copy } from "./elementwise.ts";
import type { Kernel, KernelCall, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";

/** The lengths of [outer, length, inner] around the axis, and the number of indices. */
function lengths({ inputs: [{ shape }, indices], params }: KernelCall): readonly number[] {
  const axis = params["axis"] as number;
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1)), indices.size];
}

const gather: Kernel = (call) => {
  const [outer, length, inner, count] = lengths(call) as [number, number, number, number];
  const [x, indices] = call.inputs;
  const [o] = call.outputs;
  return () => {
    for (let r = 0, i = 0; r < outer; r++)
      for (let n = 0; n < count; n++, i += inner) {
        const index = indices.data[n]!;
        if (index >= 0 && index < length)
          copy(inner, o.data, i, 1, x.data, (r * length + index) * inner, 1);
        else o.data.fill(0, i, i + inner);
      }
  };
};

const scatterAdd: Kernel = (call) => {
  const [outer, length, inner, count] = lengths(call) as [number, number, number, number];
  const [base, indices, updates] = call.inputs;
  const [o] = call.outputs;
  return () => {
    if (o.data !== base.data) o.data.set(base.data);
    for (let r = 0, j = 0; r < outer; r++)
      for (let n = 0; n < count; n++, j += inner) {
        const index = indices.data[n]!;
        if (index >= 0 && index < length)
          accumulate(inner, o.data, (r * length + index) * inner, 1, updates.data, j, 1);
      }
  };
};

/** Adds `n` elements, from position `j` on in steps of `p`, to those from position `i` on in steps of `s`. */
// prettier-ignore
function accumulate(n: number, o: Data, i: number, s: number, a: Data, j: number, p: number): void {
  for (; n > 0; n--, i += s, j += p) o[i]! += a[j]!;
}

/** Kernels that look up and add slices by index. */
export const gatherKernels: Kernels = { gather, scatterAdd };
