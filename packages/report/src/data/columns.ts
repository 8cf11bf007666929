/**
 * The values of a feature, row by row: numbers, dates, words or truth values. Texts that are all dates, as in
 * `2014-10-13` or `20141013T000000`, are dates. `null`, `undefined`, NaN and the infinities are missing: they are left
 * out, and the chart says how many there were.
 */
export type Column = ArrayLike<unknown>;

/** Features by their names, of equal length. */
export interface Columns {
  readonly [name: string]: Column;
}
