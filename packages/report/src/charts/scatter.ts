import type { Chart, ChartOptions } from "../chart.ts";
import type { Column } from "../data/columns.ts";

/** A named column. */
export interface Axis {
  readonly name: string;
  readonly values: Column;
}

/** What to draw over what. */
export interface ScatterOf {
  readonly x: Axis;
  readonly y: Axis;
  readonly colour?: Axis;
}

/**
 * Points of two columns of numbers or dates. More than 1,500 are drawn as cells: the darker the more points there are in
 * each, or in the colour of the median where there is a colour.
 *
 * ```ts
 * const { svg } = scatter({ x: { name: "area", values: area }, y: { name: "price", values: price } });
 * ```
 */
export declare function scatter(points: ScatterOf, options?: ChartOptions): Chart;
