import type { Code, Local } from "../assembler/index.ts";
import type { Tile } from "../stage.ts";

export type Float = "f32" | "f64";

/** The bytes of an element. */
export function sizeOf(dtype: Float): number {
  return dtype === "f32" ? 4 : 8;
}

/** The elements of a vector. */
export function lanesOf(dtype: Float): number {
  return 16 / sizeOf(dtype);
}

/** Pushes the first `lanes` elements at an address and an offset, with zeros behind them; reads nothing else. */
export function loadLanes(
  code: Code,
  dtype: Float,
  address: Local,
  offset: number,
  lanes: number,
): void {
  code.get(address);
  if (lanes === lanesOf(dtype)) code.at("v128.load", offset);
  else if (lanes === 1) code.at(dtype === "f32" ? "v128.load32_zero" : "v128.load64_zero", offset);
  else {
    code.at("v128.load64_zero", offset);
    if (lanes === 2) return;
    const low = code.take("v128");
    code
      .get(address)
      .get(low)
      .at("v128.load32_lane", offset + 8, 2);
  }
}

/** Pushes one element at an address and an offset, in all lanes. */
export function loadSplat(code: Code, dtype: Float, address: Local, offset: number): void {
  code.get(address).at(dtype === "f32" ? "v128.load32_splat" : "v128.load64_splat", offset);
}

/** Pushes the element in the given lane of a vector, moved to the first one. */
export function moveDown(code: Code, dtype: Float, value: Local, lane: number): void {
  code.get(value);
  if (lane === 0) return;
  const bytes = lane * sizeOf(dtype);
  code.get(value).shuffle(Array.from({ length: 16 }, (_, i) => (i + bytes) % 16));
}

/** Adds the product of two vectors, which `factors` pushes, to a sum. */
export function multiplyAdd(
  code: Code,
  dtype: Float,
  relaxed: boolean,
  sum: Local,
  factors: () => void,
): void {
  const shape = dtype === "f32" ? "f32x4" : "f64x2";
  if (relaxed) {
    factors();
    code.get(sum).op(`${shape}.relaxed_madd`).set(sum);
  } else {
    code.get(sum);
    factors();
    code.op(`${shape}.mul`).op(`${shape}.add`).set(sum);
  }
}

/**
 * Turns as many vectors as they have elements into those of the first elements, the second ones, and so on.
 */
export function transposeLanes(code: Code, dtype: Float, rows: readonly Local[]): readonly Local[] {
  if (dtype === "f64")
    return [0, 8].map((half) => {
      const lanes = Array.from({ length: 16 }, (_, i) => (i < 8 ? i : i + 8) + half);
      return code.get(rows[0]!).get(rows[1]!).shuffle(lanes).take("v128");
    });
  const [a, b, c, d] = rows;
  const pick = (x: Local, y: Local, lanes: readonly [number, number, number, number]): Local =>
    code.get(x).get(y).shuffle32(lanes).take("v128");
  const low = [pick(a!, b!, [0, 4, 1, 5]), pick(c!, d!, [0, 4, 1, 5])] as const;
  const high = [pick(a!, b!, [2, 6, 3, 7]), pick(c!, d!, [2, 6, 3, 7])] as const;
  return [low, high].flatMap(([x, y]) => [pick(x, y, [0, 1, 4, 5]), pick(x, y, [2, 3, 6, 7])]);
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
