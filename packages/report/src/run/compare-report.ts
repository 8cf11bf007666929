import type { RunRecord } from "./run-record.ts";

/** What a comparison is called. */
export interface CompareOptions {
  readonly title?: string;
}

/**
 * The report of several runs side by side: their figures in one table, their curves on the same charts, and where their
 * configurations differ.
 *
 * ```ts
 * const html = compareReport([{ name: "momentum", ...result }, { name: "adam", ...other }]);
 * ```
 */
export declare function compareReport(runs: readonly RunRecord[], options?: CompareOptions): string;
