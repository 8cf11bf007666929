/** How a product is divided: each workgroup computes a tile of it, in slices of the inner dimension. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** How much of the inner dimension lies in the workgroup's memory at a time. */
  readonly slice: number;
  /** Rows and columns of an invocation's part of the tile, which stays in registers. */
  readonly high: number;
  readonly wide: number;
}

/** Those that are tried; which one is the fastest depends on the GPU. All take 256 invocations and 16 KiB at most. */
export const tiles: readonly Tile[] = [
  { rows: 128, columns: 128, slice: 16, high: 8, wide: 8 },
  { rows: 128, columns: 128, slice: 8, high: 8, wide: 8 },
  { rows: 128, columns: 64, slice: 16, high: 8, wide: 4 },
  { rows: 64, columns: 64, slice: 16, high: 4, wide: 4 },
];

/** Matrices of multiples of this many rows and columns consist of whole tiles, so that no bounds are checked. */
export const smallestSize = 128;

/** The tile in a few words. */
export function tileName({ rows, columns, slice, high, wide }: Tile): string {
  return `tiles of ${rows}×${columns}, ${high}×${wide} each, slices of ${slice}`;
}
