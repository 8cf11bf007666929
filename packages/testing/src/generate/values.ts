import { isFloat, sizeOf, type DType, type TensorType } from "@nn/core";
import { value, type Value } from "../reference/value.ts";
import { randomNumbers } from "./choices.ts";

/** The operand of a generated case: its type, and what is known of its elements. */
export interface InputSpec extends TensorType {
  /** Elements are indices of an axis of this length, some of them just outside of it. */
  readonly indexOf?: number;
}

/** Kinds of elements, the simplest first: small integers, eighths, any, of all magnitudes, with special values. */
export const styles = ["small", "eighths", "any", "wide", "special"] as const;
export type Style = (typeof styles)[number];

/** Elements for an input; the seed fixes them. */
export function makeValue(
  { dtype, shape, indexOf }: InputSpec,
  style: Style,
  seed: number,
  options: { readonly nonFinite: boolean },
): Value {
  const random = randomNumbers(seed);
  const between = (low: number, high: number): number =>
    low + Math.floor(random() * (high - low + 1));
  const specials = specialValues(dtype).filter((one) => options.nonFinite || Number.isFinite(one));
  const element = (): number => {
    if (indexOf !== undefined)
      return random() < 0.15 ? between(-2, indexOf + 1) : between(0, Math.max(0, indexOf - 1));
    if (dtype === "bool") return between(0, 1);
    if (style === "special" && random() < 0.4) return specials[between(0, specials.length - 1)]!;
    if (!isFloat(dtype)) return integer(dtype, style, between);
    if (style === "small") return between(-3, 3);
    if (style === "eighths") return between(-32, 32) / 8;
    if (style === "wide") return (random() - 0.5) * 10 ** between(-36, 36);
    return (random() - 0.5) * 6;
  };
  return value(dtype, shape, Array.from({ length: sizeOf(shape) }, element));
}

function integer(
  dtype: DType,
  style: Style,
  between: (low: number, high: number) => number,
): number {
  if (dtype === "u8") return between(0, style === "small" ? 3 : 255);
  if (dtype === "i8") return style === "small" ? between(-3, 3) : between(-128, 127);
  if (style === "small" || style === "eighths") return between(-3, 3);
  return style === "any" ? between(-40, 40) : between(-(2 ** 31), 2 ** 31 - 1);
}

/** Where implementations differ: signed zeros, NaN, infinities, subnormal and extreme numbers. */
function specialValues(dtype: DType): readonly number[] {
  switch (dtype) {
    case "f32":
      return [
        0,
        -0,
        NaN,
        Infinity,
        -Infinity,
        2 ** -149,
        -(2 ** -127),
        2 ** -126,
        3.4028234663852886e38,
        1,
        -1,
      ];
    case "f64":
      return [
        0,
        -0,
        NaN,
        Infinity,
        -Infinity,
        5e-324,
        -(2 ** -1023),
        2 ** -1022,
        Number.MAX_VALUE,
        1,
        -1,
      ];
    case "i32":
      return [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 31, 32, 33, -32, 65_536, 46_341];
    case "u8":
      return [0, 255, 128];
    case "i8":
      return [0, -128, 127];
    default:
      return [0, 1];
  }
}
