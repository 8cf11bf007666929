import { sizeOf, type TensorType } from "@nn/core";
import type { Kernel, Kernels } from "./kernel.ts";
import { copy } from "./move.ts";

/** The lengths of [outer, length, inner] around an axis. */
function around(
  { shape }: TensorType,
  axis: number,
): [outer: number, length: number, inner: number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}

const gather: Kernel = ({ inputs: [x, indices], inputTypes, outputs: [o], params }) => {
  const [outer, length, inner] = around(inputTypes[0], params["axis"] as number);
  const count = sizeOf(inputTypes[1].shape);
  return () => {
    const to = o.data;
    const from = x.data;
    const at = indices.data;
    for (let r = 0, i = 0; r < outer; r++)
      for (let n = 0; n < count; n++, i += inner) {
        const index = at[n]!;
        if (index >= 0 && index < length)
          copy(to, i, 1, from, (r * length + index) * inner, 1, inner);
        else to.fill(0, i, i + inner);
      }
  };
};

const scatterAdd: Kernel = ({
  inputs: [base, indices, updates],
  inputTypes,
  outputs: [o],
  params,
}) => {
  const [outer, length, inner] = around(inputTypes[0], params["axis"] as number);
  const count = sizeOf(inputTypes[1].shape);
  return () => {
    const to = o.data;
    const from = updates.data;
    const at = indices.data;
    if (to !== base.data) to.set(base.data);
    for (let r = 0, j = 0; r < outer; r++)
      for (let n = 0; n < count; n++, j += inner) {
        const index = at[n]!;
        if (index < 0 || index >= length) continue;
        for (let y = 0, i = (r * length + index) * inner; y < inner; y++)
          to[i + y]! += from[j + y]!;
      }
  };
};

/** Kernels that look up and add slices by index. */
export const gatherKernels: Kernels = { gather, scatterAdd };
