import type { ColumnMap } from "./frame/column.ts";

/** (x - offset) / divisor + shift, and its inverse; a divisor of 0 counts as 1. */
export interface Scaling {
  readonly offset: number;
  readonly divisor: number;
  readonly shift?: number;
}

/** Scales a column. */
export function scale({ offset, divisor, shift = 0 }: Scaling): ColumnMap {
  const by = divisor || 1;
  return (values) => {
    const result = new Float64Array(values.length);
    for (let row = 0; row < values.length; row++)
      result[row] = (values[row]! - offset) / by + shift;
    return result;
  };
}

/** The way back. */
export function unscale({ offset, divisor, shift = 0 }: Scaling): ColumnMap {
  const by = divisor || 1;
  return (values) => {
    const result = new Float64Array(values.length);
    for (let row = 0; row < values.length; row++)
      result[row] = (values[row]! - shift) * by + offset;
    return result;
  };
}
