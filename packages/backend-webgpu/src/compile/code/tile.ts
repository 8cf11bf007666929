import { sizeOf } from "@nn/core";
import type { Value } from "../graph/graph.ts";
import { WIDTH } from "./workgroup.ts";

/** Rows or columns of a product, or pairs of columns, as they are divided among invocations. */
export interface Side {
  readonly length: number;
  /** How many an invocation computes, each so many after the one before. */
  readonly count: number;
  readonly step: number;
  /** How many a workgroup computes. */
  readonly block: number;
  readonly isUneven: boolean;
}

/** What each invocation computes of a product. */
export interface Tile {
  readonly rows: Side;
  readonly lanes: Side;
  /** Columns that are computed, and stored, together: two where they share a word. */
  readonly pair: number;
  /** Invocations of a workgroup that share the rows. */
  readonly across: number;
}

/** Tiles that keep their sums in registers. Neighbours have neighbouring columns, or pairs of these. */
export function tileOf({ shape }: Value, isPaired: boolean): Tile {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const { high, wide } = sizesOf(shape);
  let across = 8;
  while (across > 1 && (across / 2) * wide >= columns) across /= 2;
  while (across < WIDTH && (WIDTH / across / 2) * high >= rows) across *= 2;
  const side = (length: number, count: number, step: number, invocations: number): Side => {
    const block = count * invocations;
    return { length, count, step, block, isUneven: length % block > 0 };
  };
  const pair = isPaired ? 2 : 1;
  return {
    rows: side(rows, high, 1, WIDTH / across),
    lanes: side(columns / pair, wide / pair, across, across),
    pair,
    across,
  };
}

/** Whether an invocation computes pairs of neighbouring columns, each in one row of the result. */
export function hasPairs({ shape }: Value): boolean {
  return shape.at(-1)! % 2 === 0 && sizesOf(shape).wide % 2 === 0;
}

/** Rows and columns of a tile. */
function sizesOf(shape: readonly number[]): { high: number; wide: number } {
  const size = sizeOf(shape);
  const largest = size >= 262_144 ? 8 : size >= 16_384 ? 4 : size >= 1024 ? 2 : 1;
  const fit = (length: number): number =>
    length >= largest ? largest : length >= 2 ? Math.min(2, largest) : 1;
  return { high: fit(shape.at(-2)!), wide: fit(shape.at(-1)!) };
}
