/** Inputs and outputs of one unit of a parameter: the last two axes, times the window before them for convolutions. */
export function fans(shape: readonly number[]): {
  readonly fanIn: number;
  readonly fanOut: number;
} {
  const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const units = shape.at(-1) ?? 1;
  return { fanIn: (shape.at(-2) ?? units) * window, fanOut: units * window };
}
