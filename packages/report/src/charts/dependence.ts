import type { Chart, ChartOptions } from "../chart.ts";
import type { Grid } from "./surface.ts";

/** What `partialDependence` of `@nn/interpret` returns, of one feature or two. */
export interface Dependence extends Grid {
  /** How many rows the average is of. */
  readonly rows?: number;
  /** The predictions of single rows, in the order of the average. */
  readonly curves?: readonly ArrayLike<number>[];
}

/** How many rows, and of what. */
export interface DependenceOptions extends ChartOptions {
  /** What is predicted. */
  readonly target?: string;
  /** Rows to draw curves of, evenly taken from all; 50 by default. */
  readonly curves?: number;
}

/**
 * The mean prediction over the values of a feature, with the curves of single rows where there are some. Of two features
 * it is a `surface`.
 *
 * ```ts
 * const { svg } = dependence(await partialDependence({ model, inputs, features: ["age"], curves: true }));
 * ```
 */
export declare function dependence(result: Dependence, options?: DependenceOptions): Chart;
