import { sizeOf } from "@nn/core";
import type { Choices } from "./choices.ts";

const lengths = [2, 1, 3, 4, 5, 7, 0];
const longLengths = [8, 9, 16, 17, 31, 33, 67];

/** A shape of a rank from `low` to `high`, odd and empty ones included; one in six has a long axis. */
export function anyShape(
  choices: Choices,
  low = 0,
  high = 4,
  options: { readonly isEmptyAllowed?: boolean } = {},
): number[] {
  const rank = choices.integer(low, high);
  const allowed = options.isEmptyAllowed === false ? lengths.slice(0, -1) : lengths;
  const shape = Array.from({ length: rank }, () => choices.pick(allowed));
  if (rank > 0 && choices.once(6)) shape[choices.integer(0, rank - 1)] = choices.pick(longLengths);
  while (sizeOf(shape) > 1500) shape[shape.indexOf(Math.max(...shape))] = 2;
  return shape;
}

/** A shape that broadcasts against another one, to a result of that shape or, once in four times, a larger one. */
export function partnerShape(choices: Choices, shape: readonly number[]): number[] {
  const kind = choices.integer(0, 3);
  if (kind === 0) return [...shape];
  const partner = shape.map((length) => (choices.once(2) ? 1 : length));
  if (kind === 1) return partner;
  if (kind === 2) return partner.slice(choices.integer(0, partner.length));
  return [choices.pick([2, 1, 3]), ...partner];
}

/** The same number of elements in another shape: axes joined, split off or added. */
export function sameSizeShape(choices: Choices, shape: readonly number[]): number[] {
  const size = sizeOf(shape);
  const kind = choices.integer(0, 3);
  if (kind === 0) return [size];
  if (kind === 1) return [...shape, 1];
  if (kind === 2) return shape.toReversed();
  const divisor = [5, 3, 2, 7].find((one) => size % one === 0) ?? 1;
  return size === 0 ? [3, 0] : [divisor, size / divisor];
}

/** Some axes of a shape, in ascending order. */
export function someAxes(choices: Choices, shape: readonly number[]): number[] {
  return choices.some(shape.map((_, axis) => axis));
}
