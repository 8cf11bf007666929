import type { Chart, ChartOptions } from "../chart.ts";
import type { Column } from "../data/columns.ts";

/** Predictions over a grid of inputs. */
export interface Grid {
  /** The inputs, with the values that were tried in ascending order, or words. */
  readonly axes: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** Predictions: of two inputs, that of values i and j is at i · (values of the second) + j. */
  readonly average: ArrayLike<number>;
}

/** Points on a surface. */
export interface SurfacePoints {
  readonly x: Column;
  readonly y: Column;
  /** True values, in the colours of the surface. */
  readonly values?: Column;
}

/** What to draw with a surface. */
export interface SurfaceOptions extends ChartOptions {
  /** What is predicted. */
  readonly target?: string;
  readonly points?: SurfacePoints;
}

/**
 * Predictions for the values of two inputs as colours, with the points that they were learned from. Around every value
 * of the grid there is a cell, up to the middle between it and the next one.
 *
 * ```ts
 * const steps = Array.from({ length: 40 }, (_, i) => i / 39);
 * const average = await model.predict(steps.flatMap((a) => steps.map((b) => [a, b]))).read();
 * const { svg } = surface({ axes: [{ name: "a", values: steps }, { name: "b", values: steps }], average });
 * ```
 */
export declare function surface(grid: Grid, options?: SurfaceOptions): Chart;
