import { sizeOf } from "@nn/core";
import { copy } from "./elementwise.ts";
import { accumulate } from "./gather.ts";
import type { Kernel, Kernels } from "./kernel.ts";
import { multiply } from "./matmul.ts";
import { copyBox } from "./move.ts";
import type { Value } from "./value.ts";
import { offsets, stridesOf, walk } from "./walk.ts";

type Pair = readonly [number, number];
type ConvParams = {
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
  readonly groups: number;
};
type Shape = readonly [number, number, number, number];

/** Elements of the patches that are laid out at a time: they stay in the cache between being written and read. */
const BLOCK_SIZE = 1 << 16;

/**
 * The input (role 0), filter (1) or output (2) of a convolution from the other two. For each group of channels, these
 * are products of matrices: patches [positions, cells], which hold what the window sees at each of its positions over
 * all images, the filter [cells, filters], and the output [positions, filters].
 */
function convolution(role: 0 | 1 | 2): Kernel {
  return ({ inputs, outputs: [o], params, scratch }) => {
    const { strides, padding, dilation, groups } = params as ConvParams;
    const [x, filter, y] = inputs.slice(0, 2).toSpliced(role, 0, o) as [Value, Value, Value];
    const { dtype } = x;
    const [images, height, width, channels] = x.shape as Shape;
    const [, , depth, allFilters] = filter.shape as Shape;
    const filters = allFilters / groups;
    const window = filter.shape.slice(0, 3);
    const cells = sizeOf(window);
    const [[top, bottom], [left, right]] = padding;
    const paddedShape = [images, top + height + bottom, left + width + right, channels];
    const padded = scratch({ dtype, shape: paddedShape });

    // Where the window is in the padded images at each position, and its cells, in a patch and from there.
    const [image, line, pixel] = stridesOf(paddedShape) as [number, number, number];
    const positions = offsets(y.shape.slice(0, 3), [image, line * strides[0], pixel * strides[1]]);
    const block = Math.max(1, Math.min(positions.length, Math.ceil(BLOCK_SIZE / cells)));
    const patches = scratch({ dtype, shape: [block, cells] });
    const { count, steps, starts } = walk(window, [
      stridesOf(window),
      [line * dilation[0], pixel * dilation[1], 1],
    ]);
    const [s, p] = steps;
    const [is, js] = starts;
    const turns = is.length;

    /** Copies what the window sees to the patches, or adds the patches to what it sees. */
    const movePatches = (group: number, from: number, positionCount: number): void => {
      for (let n = 0; n < positionCount; n++)
        for (let t = 0; t < turns; t++) {
          const i = n * cells + is[t]!;
          const j = positions[from + n]! + group * depth + js[t]!;
          if (role) copy(count, patches.data, i, s, padded.data, j, p);
          else accumulate(count, padded.data, j, p, patches.data, i, s);
        }
    };

    // What is multiplied with what; the number of positions is set for each block.
    const product = {
      rows: role === 1 ? cells : 0,
      columns: role === 0 ? cells : filters,
      inner: role === 0 ? filters : cells,
      oRow: [cells, filters, allFilters][role]!,
      aRow: [allFilters, 1, cells][role]!,
      aInner: role === 1 ? cells : 1,
      bInner: role === 0 ? 1 : allFilters,
      bColumn: role === 0 ? allFilters : 1,
    };
    const part = scratch({ dtype: "f64", shape: [cells, role === 1 ? filters : 0] });
    const total = scratch({ dtype: "f64", shape: [cells, role === 1 ? allFilters : 0] });
    const visit = (group: number, from: number, positionCount: number): void => {
      const first = group * filters;
      const at = from * allFilters + first;
      if (role) movePatches(group, from, positionCount);
      if (role === 1) product.inner = positionCount;
      else product.rows = positionCount;
      if (role === 2) multiply(product, o.data, at, patches.data, 0, filter.data, first);
      else if (role === 1) {
        multiply(product, part.data, 0, patches.data, 0, y.data, at);
        for (let r = 0; r < cells; r++)
          accumulate(filters, total.data, r * allFilters + first, 1, part.data, r * filters, 1);
      } else {
        multiply(product, patches.data, 0, y.data, at, filter.data, first);
        movePatches(group, from, positionCount);
      }
    };

    const inner = [0, top, left];
    const pad = copyBox(padded, x, x.shape, inner);
    const unpad = copyBox(x, padded, x.shape, [], inner);
    return () => {
      padded.data.fill(0);
      total.data.fill(0);
      if (role) pad();
      for (let group = 0; group < groups; group++)
        for (let from = 0; from < positions.length; from += block)
          visit(group, from, Math.min(block, positions.length - from));
      if (role === 0) unpad();
      if (role === 1) o.data.set(total.data);
    };
  };
}

/** Convolution of images, and its gradients. */
export const convKernels: Kernels = {
  conv2dInputGradient: convolution(0),
  conv2dFilterGradient: convolution(1),
  conv2d: convolution(2),
};
