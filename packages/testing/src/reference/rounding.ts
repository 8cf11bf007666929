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
 * then does not overflow or lose digits in between. All zeros are positive. Products of f64 that overflow, which have a
 * finite scale, stay finite: hardware may add them to others before it rounds.
 */
const wide: Rounding = (exact, dtype, kind, scale = Math.abs(exact)) => {
  if (kind === "move") return toDType(exact, dtype);
  if (kind === "arithmetic" && Math.abs(exact) === Infinity && scale < Infinity)
    return Math.sign(exact) * scale;
  return (dtype === "f32" ? exact : toDType(exact, dtype)) + 0;
};

/** The least magnitude of numbers that are not subnormal. */
export const smallest: Partial<Record<DType, number>> = { f32: 2 ** -126, f64: 2 ** -1022 };
const largest: Partial<Record<DType, number>> = { f32: 2 ** 128, f64: Infinity };

/**
 * The nearest numbers, as hardware has them that is careless about the ends of their range: subnormal numbers become
 * zero, zeros negative, and sums that might overflow on their way do so to both infinities.
 */
const careless: Rounding = (exact, dtype, kind, scale = Math.abs(exact)) => {
  const rounded = toDType(exact, dtype);
  if (dtype !== "f32" && dtype !== "f64") return rounded;
  if (kind === "sum" && scale >= largest[dtype]!) return NaN;
  if (exact !== 0 && Math.abs(rounded) < smallest[dtype]!) return 0;
  return rounded !== 0 || kind === "move" ? rounded : -0;
};

/** As far from the exact result as the tolerance table allows, in the direction that `next` gives, from -1 to 1. */
function erring(next: () => number): Rounding {
  return (exact, dtype, kind, scale = Math.abs(exact)) => {
    const rounded = toDType(exact, dtype);
    if ((rounded === 0 && scale === 0) || !Number.isFinite(rounded)) return rounded;
    const { relative, absolute } = tolerance(dtype, kind);
    const error = Math.max(absolute, relative * scale);
    return error === 0 ? rounded : toDType(exact + next() * error, dtype);
  };
}

/** The roundings that a program is run with: nearest, wide and careless; up, down, and twice at random. */
export function roundings(seed: number): readonly Rounding[] {
  const random = (state: number) => (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
  return [
    nearest,
    wide,
    careless,
    erring(() => 1),
    erring(() => -1),
    erring(random(seed)),
    erring(random(~seed)),
  ];
}
