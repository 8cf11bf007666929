import { byteSize } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import { moved, plus, times } from "../matmul/indices.ts";
import type { Place } from "../stage.ts";
import { loadLanes, numbers, storeLanes, type Float } from "../vectors.ts";

type Pair = readonly [number, number];

/** A pooling of images [images, height, width, channels], as the params of its primitives have it. */
export interface Pooling {
  readonly dtype: Float;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly window: Pair;
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
}

/** Rows and columns of the result. */
export function pooledLengths({ height, width, window, strides, padding }: Pooling): Pair {
  const length = (axis: 0 | 1): number => {
    const padded = [height, width][axis]! + padding[axis][0] + padding[axis][1];
    return Math.floor((padded - window[axis]) / strides[axis]) + 1;
  };
  return [length(0), length(1)];
}

/** A position of the window, and some channels of it. Positions in memory are bytes from where an array begins. */
export interface WindowAt {
  /** The number of channels, at most a vector's. */
  readonly lanes: number;
  /** The position in arrays that are as large as the result. */
  readonly result: Local;
  /** How many cells of the image are under the window. */
  readonly count: Int;
  /** Visits these in row-major order: their position in arrays of images. */
  forEachCell(visit: (position: Local, offset: number) => void): void;
}

/** Windows with up to so many cells are written out, where none of them reaches into the padding. */
const unrolled = 16;

/** Visits all positions of the window over an image, and all channels. */
export function forEachWindow(
  code: Code,
  pooling: Pooling,
  image: Int,
  visit: (window: WindowAt) => void,
): void {
  const { dtype, height, width, channels, window, strides, padding } = pooling;
  const [rows, columns] = pooledLengths(pooling);
  const size = byteSize(dtype);
  const full = numbers[dtype].lanes;
  const cell = channels * size;
  const zero = code.i32(0).take("i32");
  const images = moved(code, zero, [image], [height * width * cell]);
  const results = moved(code, zero, [image], [rows * columns * cell]);
  const isInside = padding.flat().every((length) => length === 0);
  const isUnrolled = isInside && window[0] * window[1] <= unrolled;
  code.repeat(0, rows, 1, (row) => {
    const vertical = range(code, row, strides[0], padding[0][0], window[0], height, isInside);
    code.repeat(0, columns, 1, (column) => {
      const horizontal = range(code, column, strides[1], padding[1][0], window[1], width, isInside);
      const atChannels = (channel: Int, lanes: number): void => {
        const result = moved(code, results, [row, column, channel], [columns * cell, cell, size]);
        const own = moved(
          code,
          images,
          [vertical.from, horizontal.from, channel],
          [width * cell, cell, size],
        );
        visit({
          lanes,
          result,
          count: product(code, vertical.length, horizontal.length),
          forEachCell(visitCell) {
            if (isUnrolled)
              for (let y = 0; y < window[0]; y++)
                for (let x = 0; x < window[1]; x++) visitCell(own, (y * width + x) * cell);
            else
              code.repeat(0, vertical.length, 1, (y) => {
                code.repeat(0, horizontal.length, 1, (x) =>
                  visitCell(moved(code, own, [y, x], [width * cell, cell]), 0),
                );
              });
          },
        });
      };
      const rest = channels % full;
      code.repeat(0, channels - rest, full, (channel) => atChannels(channel, full));
      if (rest > 0) atChannels(channels - rest, rest);
    });
  });
}

/** Pushes the lanes of an array at a position. */
export function loadAt(
  code: Code,
  dtype: Float,
  base: Local,
  { offset }: Place,
  position: Local,
  shift: number,
  lanes: number,
): void {
  const address = code.get(base).get(position).op("i32.add").take("i32");
  loadLanes(code, dtype, address, offset + shift, lanes);
}

/** Stores the lanes of a vector in an array at a position. */
export function storeAt(
  code: Code,
  dtype: Float,
  base: Local,
  { offset }: Place,
  position: Local,
  shift: number,
  lanes: number,
  value: Local,
): void {
  const address = code.get(base).get(position).op("i32.add").take("i32");
  storeLanes(code, dtype, address, offset + shift, lanes, value);
}

/** The cells of an axis that are under a window: from which one on, and how many. */
function range(
  code: Code,
  index: Int,
  stride: number,
  padding: number,
  cells: number,
  length: number,
  isInside: boolean,
): { readonly from: Int; readonly length: Int } {
  const start = plus(code, times(code, index, stride), -padding);
  if (isInside) return { from: start, length: cells };
  const from = code.int(start).i32(0).int(start).i32(0).op("i32.gt_s").op("select").take("i32");
  const end = plus(code, start, cells);
  code.int(end).i32(length).int(end).i32(length).op("i32.lt_s").op("select");
  return { from, length: code.get(from).op("i32.sub").take("i32") };
}

function product(code: Code, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") return a * b;
  return code.int(a).int(b).op("i32.mul").take("i32");
}
