import type { ConvParams, Pair, PoolParams } from "../src/index.ts";

/** The definition of convolution and pooling as plain loops over plain numbers, written apart from the package. */

/** Whole numbers from 0 up to `limit`, always the same ones for a seed. */
export function numbers(seed: number): (limit: number) => number {
  let state = Math.imul(seed, 2654435761) + 1;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Quarters between -2 and 2: their products and sums are exact, so that results can be compared exactly. */
export function quarters(shape: readonly number[], seed: number): Float64Array {
  const next = numbers(seed);
  return Float64Array.from({ length: sizeOf(shape) }, () => next(17) / 4 - 2);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The shape of what a window leaves of images. */
export function outputShape(
  [n, height, width]: readonly number[],
  window: readonly number[],
  channels: number,
  {
    strides,
    padding,
    dilation = [1, 1],
  }: { strides: Pair; padding: readonly [Pair, Pair]; dilation?: Pair },
): number[] {
  const lengths = [height!, width!].map((length, axis) => {
    const padded = length + padding[axis]![0] + padding[axis]![1];
    return Math.floor((padded - (window[axis]! - 1) * dilation[axis]! - 1) / strides[axis]!) + 1;
  });
  return [n!, ...lengths, channels];
}

/** Visits every pair of an element of the input and one of the filter that meet, and the output that they add to. */
function eachMeeting(
  x: readonly number[],
  filter: readonly number[],
  params: ConvParams,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const { strides, dilation, padding, groups } = params;
  const [images, height, width, channels] = x as [number, number, number, number];
  const [rows, columns, depth, filters] = filter as [number, number, number, number];
  const y = outputShape(x, filter, filters, params);
  for (let n = 0; n < images; n++)
    for (let r = 0; r < y[1]!; r++)
      for (let c = 0; c < y[2]!; c++)
        for (let f = 0; f < filters; f++)
          for (let fr = 0; fr < rows; fr++)
            for (let fc = 0; fc < columns; fc++)
              for (let d = 0; d < depth; d++) {
                const row = r * strides[0] - padding[0][0] + fr * dilation[0];
                const column = c * strides[1] - padding[1][0] + fc * dilation[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const channel = Math.floor(f / (filters / groups)) * depth + d;
                visit(
                  ((n * height + row) * width + column) * channels + channel,
                  ((fr * columns + fc) * depth + d) * filters + f,
                  ((n * y[1]! + r) * y[2]! + c) * filters + f,
                );
              }
}

/** The output of a convolution, and the cotangents of input and filter for that of the output. */
export function convolutions(
  shape: readonly number[],
  filterShape: readonly number[],
  params: ConvParams,
  [x, filter, g]: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
): readonly [input: Float64Array, filter: Float64Array, output: Float64Array] {
  const result = [x, filter, g].map(({ length }) => new Float64Array(length));
  const [forInput, forFilter, output] = result as [Float64Array, Float64Array, Float64Array];
  eachMeeting(shape, filterShape, params, (i, w, o) => {
    output[o]! += x[i]! * filter[w]!;
    forInput[i]! += g[o]! * filter[w]!;
    forFilter[w]! += g[o]! * x[i]!;
  });
  return [forInput, forFilter, output];
}

/** For each result of a pooling, the cells that its window sees, as positions in the flat image. */
export function seenCells(
  x: readonly number[],
  { window, strides, padding }: PoolParams,
): number[][] {
  const [images, height, width, channels] = x as [number, number, number, number];
  const [, rows, columns] = outputShape(x, window, channels, { strides, padding });
  const cells: number[][] = [];
  for (let n = 0; n < images; n++)
    for (let r = 0; r < rows!; r++)
      for (let c = 0; c < columns!; c++)
        for (let channel = 0; channel < channels; channel++) {
          const seen: number[] = [];
          for (let i = 0; i < window[0]; i++)
            for (let j = 0; j < window[1]; j++) {
              const row = r * strides[0] - padding[0][0] + i;
              const column = c * strides[1] - padding[1][0] + j;
              if (row >= 0 && row < height && column >= 0 && column < width)
                seen.push(((n * height + row) * width + column) * channels + channel);
            }
          cells.push(seen);
        }
  return cells;
}
