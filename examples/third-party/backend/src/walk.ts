/** How far apart neighbours along each axis are, in elements of a row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
}

/** Strides that repeat an array of some shape along the axes of `result`, aligned at the last axis. */
export function repeating(shape: readonly number[], result: readonly number[]): number[] {
  const missing = result.slice(shape.length).map(() => 1);
  const strides = stridesOf([...missing, ...shape]);
  return strides.map((stride, axis) => ([...missing, ...shape][axis] === 1 ? 0 : stride));
}

/** The place in an array that belongs to a position: each coordinate times its stride. */
export function placeOf(position: readonly number[], strides: readonly number[]): number {
  let place = 0;
  for (let axis = 0; axis < strides.length; axis++) place += position[axis]! * strides[axis]!;
  return place;
}

/** Visits every position of a shape in row-major order, with its number. The position is reused. */
export function walk(
  shape: readonly number[],
  visit: (position: readonly number[], index: number) => void,
): void {
  const size = shape.reduce((product, length) => product * length, 1);
  const position = shape.map(() => 0);
  for (let index = 0; index < size; index++) {
    visit(position, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
}
