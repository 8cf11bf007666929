import type { Kernel, Kernels } from "./kernel.ts";
import { copy } from "./elementwise.ts";
import { accumulate } from "./gather.ts";
import { multiply } from "./matmul.ts";
import type { Value } from "./value.ts";

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
    const [, height, width, channels] = x.shape as Shape;
    const [filterHeight, filterWidth, depth, allFilters] = filter.shape as Shape;
    const [images, rows, columns] = y.shape as Shape;
    const filters = allFilters / groups;
    const cells = filterHeight * filterWidth * depth;
    const positions = images * rows * columns;
    const block = Math.max(1, Math.min(positions, Math.ceil(BLOCK_SIZE / cells)));
    const patches = scratch({ dtype: x.dtype, shape: [block * cells] });
    // Neighbouring cells of a row that are neighbours in memory too are moved in one go.
    const run = depth === channels && dilation[1] === 1 ? filterWidth : 1;

    /** Copies what the window sees from the images to the patches, or adds the patches to the images. */
    const movePatches = (group: number, from: number, count: number): void => {
      const [to, seen] = [patches.data, x.data];
      for (let n = 0, i = 0; n < count; n++) {
        const column = (from + n) % columns;
        const line = (from + n - column) / columns;
        const row = line % rows;
        const image = (line - row) / rows;
        for (let fy = 0; fy < filterHeight; fy++) {
          const atY = row * strides[0] - padding[0][0] + fy * dilation[0];
          const isInside = atY >= 0 && atY < height;
          for (let fx = 0; fx < filterWidth; fx += run, i += run * depth) {
            const atX = column * strides[1] - padding[1][0] + fx * dilation[1];
            const low = isInside ? Math.min(run, Math.max(0, -atX)) : run;
            const high = Math.max(low, Math.min(run, width - atX));
            const size = (high - low) * depth;
            const j =
              ((image * height + atY) * width + atX) * channels + group * depth + low * depth;
            if (role === 0) accumulate(size, seen, j, to, i + low * depth);
            else {
              if (size < run * depth) to.fill(0, i, i + run * depth);
              copy(size, to, i + low * depth, 1, seen, j, 1);
            }
          }
        }
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
    const part = scratch({ dtype: "f64", shape: [role === 1 ? cells * filters : 0] });
    const total = scratch({ dtype: "f64", shape: [role === 1 ? filter.size : 0] });
    const visit = (group: number, from: number, count: number): void => {
      const at = from * allFilters + group * filters;
      if (role > 0) movePatches(group, from, count);
      if (role === 1) product.inner = count;
      else product.rows = count;
      if (role === 2) multiply(product, o.data, at, patches.data, 0, filter.data, group * filters);
      else if (role === 1) {
        multiply(product, part.data, 0, patches.data, 0, y.data, at);
        for (let r = 0; r < cells; r++)
          accumulate(filters, total.data, r * allFilters + group * filters, part.data, r * filters);
      } else {
        multiply(product, patches.data, 0, y.data, at, filter.data, group * filters);
        movePatches(group, from, count);
      }
    };
    return () => {
      const sum = role ? total.data : o.data;
      sum.fill(0);
      for (let group = 0; group < groups; group++)
        for (let from = 0; from < positions; from += block)
          visit(group, from, Math.min(block, positions - from));
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
