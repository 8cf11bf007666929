import type { Code, Local } from "./assembler/index.ts";

/** Numbers that fill whole lanes: the type of their vectors, and the size of an element in bytes and bits. */
export const numbers = {
  f32: { type: "f32x4", size: 4, bits: 32, lanes: 4 },
  f64: { type: "f64x2", size: 8, bits: 64, lanes: 2 },
  i32: { type: "i32x4", size: 4, bits: 32, lanes: 4 },
} as const;

export type NumberType = keyof typeof numbers;
export type Float = "f32" | "f64";

/** A vector in a row: how many elements behind the row's first one it begins, and how many it has. */
export interface Span {
  readonly offset: number;
  readonly lanes: number;
}

/** The vectors that so many elements are; the last one may not be full. */
export function spansOf(dtype: NumberType, count: number): readonly Span[] {
  const { lanes } = numbers[dtype];
  return Array.from({ length: Math.ceil(count / lanes) }, (_, i) => ({
    offset: i * lanes,
    lanes: Math.min(lanes, count - i * lanes),
  }));
}

/** Pushes the first `lanes` elements at an address and an offset, with zeros behind them; reads nothing else. */
export function loadLanes(
  code: Code,
  dtype: NumberType,
  address: Local,
  offset: number,
  lanes: number,
): Code {
  const bytes = lanes * numbers[dtype].size;
  code.get(address);
  if (bytes === 16) return code.at("v128.load", offset);
  if (bytes === 4) return code.at("v128.load32_zero", offset);
  code.at("v128.load64_zero", offset);
  if (bytes === 8) return code;
  const low = code.take("v128");
  return code
    .get(address)
    .get(low)
    .at("v128.load32_lane", offset + 8, 2);
}

/** Stores the first `lanes` elements of a vector at an address and an offset, and nothing else. */
export function storeLanes(
  code: Code,
  dtype: NumberType,
  address: Local,
  offset: number,
  lanes: number,
  value: Local,
): void {
  const bytes = lanes * numbers[dtype].size;
  code.get(address).get(value);
  if (bytes === 16) code.at("v128.store", offset);
  else if (bytes === 4) code.at("v128.store32_lane", offset, 0);
  else code.at("v128.store64_lane", offset, 0);
  if (bytes === 12)
    code
      .get(address)
      .get(value)
      .at("v128.store32_lane", offset + 8, 2);
}

/** Adds `a * b` to a vector, with a single rounding where the target allows it. */
export function addProduct(
  code: Code,
  dtype: Float,
  relaxed: boolean,
  sum: Local,
  a: Local,
  b: Local,
): void {
  const { type } = numbers[dtype];
  if (relaxed) code.get(a).get(b).get(sum).op(`${type}.relaxed_madd`).set(sum);
  else code.get(sum).get(a).get(b).op(`${type}.mul`).op(`${type}.add`).set(sum);
}

/** Subtracts `a * b` from a vector. */
export function subtractProduct(
  code: Code,
  dtype: Float,
  relaxed: boolean,
  rest: Local,
  a: Local,
  b: Local,
): void {
  const { type } = numbers[dtype];
  if (relaxed) code.get(a).get(b).get(rest).op(`${type}.relaxed_nmadd`).set(rest);
  else code.get(rest).get(a).get(b).op(`${type}.mul`).op(`${type}.sub`).set(rest);
}

/** New locals with the columns of two vectors of two lanes, or of four vectors of four. */
export function transposeLanes(code: Code, rows: readonly Local[]): readonly Local[] {
  const join = (a: Local, b: Local, lanes: readonly [number, number, number, number]): Local =>
    code.get(a).get(b).shuffle32(lanes).take("v128");
  const halves = (a: Local, b: Local): Local[] => [
    join(a, b, [0, 1, 4, 5]),
    join(a, b, [2, 3, 6, 7]),
  ];
  const [a, b, c, d] = rows as readonly [Local, Local, Local, Local];
  if (rows.length === 2) return halves(a, b);
  const low = [join(a, b, [0, 4, 1, 5]), join(c, d, [0, 4, 1, 5])] as const;
  const high = [join(a, b, [2, 6, 3, 7]), join(c, d, [2, 6, 3, 7])] as const;
  return [...halves(...low), ...halves(...high)];
}
