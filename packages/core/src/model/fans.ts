import { sizeOf } from "../engine/dtype.ts";

/** Inputs and outputs of one unit of a parameter: the last two axes, times the window before them for convolutions. */
export function fans(shape: readonly number[]): {
  readonly fanIn: number;
  readonly fanOut: number;
} {
  const window = sizeOf(shape.slice(0, -2));
  const units = shape.at(-1) ?? 1;
  return { fanIn: (shape.at(-2) ?? units) * window, fanOut: units * window };
}
