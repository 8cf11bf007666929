import type { Chart, ChartOptions } from "../chart.ts";

/** What `permutationImportance` of `@nn/interpret` returns, or as much of it as is drawn. */
export interface Importance {
  /** The name of the figure that got worse. */
  readonly score?: string;
  /** How often each feature was shuffled. */
  readonly repeats?: number;
  readonly features: readonly {
    readonly name: string;
    /** The part of all, from 0 to 1. */
    readonly share: number;
    /** By how much the figure got worse, on average. */
    readonly mean: number;
    readonly deviation?: number;
  }[];
}

/** How many bars. */
export interface ImportanceOptions extends ChartOptions {
  /** Features to draw, the most important ones; 20 by default. */
  readonly top?: number;
}

/**
 * What every feature is worth, as a bar with its standard deviation and its share of all.
 *
 * ```ts
 * const { svg } = importanceBars(await permutationImportance({ model, data, metric: r2() }));
 * ```
 */
export declare function importanceBars(importance: Importance, options?: ImportanceOptions): Chart;
