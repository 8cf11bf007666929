import type { ColumnMap } from "./frame/column.ts";

/** (x - offset) / divisor + shift, and its inverse; a divisor of 0 counts as 1. */
export interface Scaling {
  readonly offset: number;
  readonly divisor: number;
  readonly shift?: number;
}

/** Scales a column. */
export function scale({ offset, divisor, shift = 0 }: Scaling): ColumnMap {
  return (values) => scaled(values, offset, divisor || 1, shift);
}

// A function of its own is compiled once, and not for each column again.
function scaled(values: Float64Array, offset: number, by: number, shift: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) result[row] = (values[row]! - offset) / by + shift;
  return result;
}

/** The way back. */
export function unscale({ offset, divisor, shift = 0 }: Scaling): ColumnMap {
  return (values) => unscaled(values, offset, divisor || 1, shift);
}

function unscaled(values: Float64Array, offset: number, by: number, shift: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) result[row] = (values[row]! - shift) * by + offset;
  return result;
}
