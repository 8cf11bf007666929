import type { TensorType } from "@nn/core";
import type { Kernel, KernelCall, Kernels, Step } from "./kernel.ts";
import { multiply } from "./matmul.ts";
import { copy } from "./move.ts";
import type { Data, Slot } from "./slot.ts";

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

/** A convolution as products of matrices: patches [positions, cells] times filter [cells, filters], for each group. */
interface Geometry extends ConvParams {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  /** Channels and filters of a group. */
  readonly depth: number;
  readonly filters: number;
  readonly allFilters: number;
  readonly rows: number;
  readonly columns: number;
  /** Positions of the window over all images, and how many are done at a time. */
  readonly positions: number;
  readonly block: number;
  /** Length of a patch. */
  readonly cells: number;
}

function geometryOf(params: ConvParams, x: Shape, filter: Shape, y: Shape): Geometry {
  const cells = filter[0] * filter[1] * filter[2];
  const positions = y[0] * y[1] * y[2];
  return {
    ...params,
    height: x[1],
    width: x[2],
    channels: x[3],
    filterHeight: filter[0],
    filterWidth: filter[1],
    depth: filter[2],
    filters: y[3] / params.groups,
    allFilters: y[3],
    rows: y[1],
    columns: y[2],
    positions,
    block: Math.max(1, Math.min(positions, Math.ceil(BLOCK_SIZE / cells))),
    cells,
  };
}

/**
 * Copies what the window sees at `count` positions from the images to patches, or, with `isReversed`, adds patches to
 * the images where they came from.
 */
function movePatches(
  g: Geometry,
  group: number,
  from: number,
  count: number,
  patches: Data,
  images: Data,
  isReversed: boolean,
): void {
  const { height, width, channels, filterHeight, filterWidth, depth, rows, columns } = g;
  const { strides, padding, dilation } = g;
  // Neighbouring cells of a row that are neighbours in memory too are moved in one go.
  const run = depth === channels && dilation[1] === 1 ? filterWidth : 1;
  for (let n = 0, i = 0; n < count; n++) {
    const position = from + n;
    const column = position % columns;
    const line = (position - column) / columns;
    const row = line % rows;
    const image = (line - row) / rows;
    for (let fy = 0; fy < filterHeight; fy++) {
      const y = row * strides[0] - padding[0][0] + fy * dilation[0];
      const isInside = y >= 0 && y < height;
      for (let fx = 0; fx < filterWidth; fx += run, i += run * depth) {
        const x = column * strides[1] - padding[1][0] + fx * dilation[1];
        const low = isInside ? Math.min(run, Math.max(0, -x)) : run;
        const high = Math.max(low, Math.min(run, width - x));
        const at = ((image * height + y) * width + x) * channels + group * depth;
        if (isReversed)
          addTo(images, at + low * depth, patches, i + low * depth, (high - low) * depth);
        else {
          if (low > 0) patches.fill(0, i, i + low * depth);
          copy(patches, i + low * depth, 1, images, at + low * depth, 1, (high - low) * depth);
          if (high < run) patches.fill(0, i + high * depth, i + run * depth);
        }
      }
    }
  }
}

function addTo(o: Data, i: number, a: Data, j: number, n: number): void {
  for (; n > 0; n--, i++, j++) o[i]! += a[j]!;
}

/** A block of the patches of a group, and where it begins in the results. */
type Visit = (group: number, from: number, count: number, at: number) => void;

/** What the three kernels share: the patches, and the way through all groups and blocks of positions. */
function prepare(
  { params, scratch }: KernelCall,
  x: TensorType,
  filter: TensorType,
  y: TensorType,
): { geometry: Geometry; patches: Slot; eachBlock(visit: Visit): Step } {
  const geometry = geometryOf(
    params as ConvParams,
    x.shape as Shape,
    filter.shape as Shape,
    y.shape as Shape,
  );
  const { groups, positions, block, cells, filters, allFilters } = geometry;
  return {
    geometry,
    patches: scratch(x.dtype, block * cells),
    eachBlock: (visit) => () => {
      for (let group = 0; group < groups; group++)
        for (let from = 0; from < positions; from += block)
          visit(
            group,
            from,
            Math.min(block, positions - from),
            from * allFilters + group * filters,
          );
    },
  };
}

const conv2d: Kernel = (call) => {
  const [x, filter] = call.inputs;
  const [o] = call.outputs;
  const { geometry, patches, eachBlock } = prepare(
    call,
    call.inputTypes[0],
    call.inputTypes[1],
    call.outputTypes[0],
  );
  const { cells, filters, allFilters } = geometry;
  const product = {
    rows: 0,
    columns: filters,
    inner: cells,
    oRow: allFilters,
    aRow: cells,
    aInner: 1,
    bInner: allFilters,
    bColumn: 1,
  };
  return eachBlock((group, from, count, at) => {
    movePatches(geometry, group, from, count, patches.data, x.data, false);
    product.rows = count;
    multiply(product, o.data, at, patches.data, 0, filter.data, group * filters);
  });
};

const conv2dInputGradient: Kernel = (call) => {
  const [filter, y] = call.inputs;
  const [o] = call.outputs;
  const { geometry, patches, eachBlock } = prepare(
    call,
    call.outputTypes[0],
    call.inputTypes[0],
    call.inputTypes[1],
  );
  const { cells, filters, allFilters } = geometry;
  const product = {
    rows: 0,
    columns: cells,
    inner: filters,
    oRow: cells,
    aRow: allFilters,
    aInner: 1,
    bInner: 1,
    bColumn: allFilters,
  };
  const add = eachBlock((group, from, count, at) => {
    product.rows = count;
    multiply(product, patches.data, 0, y.data, at, filter.data, group * filters);
    movePatches(geometry, group, from, count, patches.data, o.data, true);
  });
  return () => {
    o.data.fill(0);
    add();
  };
};

const conv2dFilterGradient: Kernel = (call) => {
  const [x, y] = call.inputs;
  const [o] = call.outputs;
  const { geometry, patches, eachBlock } = prepare(
    call,
    call.inputTypes[0],
    call.outputTypes[0],
    call.inputTypes[1],
  );
  const { cells, filters, allFilters } = geometry;
  const product = {
    rows: cells,
    columns: filters,
    inner: 0,
    oRow: filters,
    aRow: 1,
    aInner: cells,
    bInner: allFilters,
    bColumn: 1,
  };
  const part = call.scratch("f64", cells * filters);
  const total = call.scratch("f64", cells * allFilters);
  const add = eachBlock((group, from, count, at) => {
    movePatches(geometry, group, from, count, patches.data, x.data, false);
    product.inner = count;
    multiply(product, part.data, 0, patches.data, 0, y.data, at);
    for (let r = 0; r < cells; r++)
      addTo(total.data, r * allFilters + group * filters, part.data, r * filters, filters);
  });
  return () => {
    total.data.fill(0);
    add();
    o.data.set(total.data);
  };
};

/** Convolution of images, and its gradients. */
export const convKernels: Kernels = { conv2d, conv2dInputGradient, conv2dFilterGradient };
