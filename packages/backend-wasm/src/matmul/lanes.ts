import { byteSize } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import type { Tile } from "../stage.ts";
import type { Float } from "../vectors.ts";

/** Pushes the element in the given lane of a vector, moved to the first one. */
export function moveDown(code: Code, dtype: Float, value: Local, lane: number): void {
  code.get(value);
  if (lane === 0) return;
  const bytes = lane * byteSize(dtype);
  code.get(value).shuffle(Array.from({ length: 16 }, (_, i) => (i + bytes) % 16));
}

/** Hands the lower lanes of a vector to a tile, which takes 4, 2 or 1 of them. */
export function takeLanes(
  code: Code,
  dtype: Float,
  tile: Tile,
  row: number,
  column: number,
  lanes: number,
  value: Local,
): void {
  if (lanes !== 3) return tile.take(row, column, lanes, value);
  tile.take(row, column, 2, value);
  moveDown(code, dtype, value, 2);
  tile.take(row, column + 2, 1, code.take("v128"));
}
