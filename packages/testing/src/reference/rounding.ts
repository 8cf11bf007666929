import type { DType } from "@nn/core";
import { tolerance, type OperationClass } from "../tolerance.ts";
import { toDType } from "./value.ts";

/**
 * What an implementation may return where `exact` is the result before rounding. `scale` is the magnitude that errors
 * are relative to, by default that of the result.
 */
export type Rounding = (
  exact: number,
  dtype: DType,
  kind: OperationClass,
  scale?: number,
) => number;

/** Every result rounded to the nearest number, as IEEE 754 has it. */
export const nearest: Rounding = (exact, dtype) => toDType(exact, dtype);

/**
 * Results that are kept in double precision until the end: a kernel may compute several operations of f32 at once, and
 * then does not overflow or lose digits in between.
 */
const wide: Rounding = (exact, dtype, kind) =>
  dtype === "f32" && kind !== "move" ? exact : toDType(exact, dtype);

const smallest: Partial<Record<DType, number>> = { f32: 2 ** -126, f64: 2 ** -1022 };
const largest: Partial<Record<DType, number>> = { f32: 2 ** 128, f64: Infinity };

/**
 * A rounding that errs as far as the tolerance table allows, in the direction that `next` gives, from -1 to 1. Zeros
 * lose their sign, subnormal numbers become zero, and sums overflow early, where the direction is negative.
 */
function erring(next: () => number): Rounding {
  return (exact, dtype, kind, scale = Math.abs(exact)) => {
    const rounded = toDType(exact, dtype);
    if (kind === "move" || (dtype !== "f32" && dtype !== "f64") || !Number.isFinite(rounded))
      return rounded;
    const direction = next();
    if (rounded === 0 && (kind === "order" || scale === 0))
      return direction < 0 ? -rounded : rounded;
    if (kind === "order") return rounded;
    if (scale >= largest[dtype]! && direction < 0) return Infinity;
    const { relative, absolute } = tolerance(dtype, kind);
    const error = Math.max(absolute, relative * scale);
    const off = toDType(exact + direction * error, dtype);
    return direction < 0 && Math.abs(off) < smallest[dtype]! ? 0 : off;
  };
}

/** The roundings that a program is run with: the nearest, in double precision, up, down, and twice at random. */
export function roundings(seed: number): readonly Rounding[] {
  const random = (state: number) => (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
  return [
    nearest,
    wide,
    erring(() => 1),
    erring(() => -1),
    erring(random(seed)),
    erring(random(~seed)),
  ];
}
