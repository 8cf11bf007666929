import type { Chart, ChartOptions } from "../chart.ts";
import type { Column } from "../data/columns.ts";

/** Places, in degrees, and what to colour them by. */
export interface Places {
  readonly latitude: Column;
  readonly longitude: Column;
  readonly colour?: { readonly name: string; readonly values: Column };
}

/** How to colour a map. */
export interface MapOptions extends ChartOptions {
  /** For values on both sides of zero, such as residuals: zero is in the middle of the colours. */
  readonly diverging?: boolean;
}

/**
 * Values by latitude and longitude, true to shape in the middle of the map. More than 1,500 places are drawn as cells
 * with the median of the values in each.
 *
 * ```ts
 * const { svg } = map({ latitude, longitude, colour: { name: "price", values: price } });
 * ```
 */
export declare function map(places: Places, options?: MapOptions): Chart;
