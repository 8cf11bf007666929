import { check } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkNames, checkWhole } from "../check-options.ts";
import type { Splitter } from "./splitter.ts";

/** What can be chosen for `timeSeries`. */
export interface TimeSeriesOptions {
  /** From 2; 5 by default. */
  readonly folds?: number;
  /** Rows that are left out between training and validation; 0 by default. */
  readonly gap?: number;
  /** Rows that each fold is judged on; ⌊rows / (folds + 1)⌋ by default. */
  readonly size?: number;
  /** The most rows that a fold trains on, the latest ones; all before the gap by default. */
  readonly window?: number;
}

/**
 * Folds that predict the future from the past: rows are in the order of time, each fold is judged on `size` rows and
 * trains on those before, less the gap. The last folds reach to the last row; the first rows are never held back, and
 * have no out-of-fold prediction. The same splits as scikit-learn's `TimeSeriesSplit`.
 *
 * ```ts
 * await kFold({ folds: timeSeries({ folds: 4, gap: 7 }), ...options });
 * ```
 */
export function timeSeries(options: TimeSeriesOptions = {}): Splitter {
  checkNames("timeSeries", options, ["folds", "gap", "size", "window"]);
  const { folds = 5, gap = 0, size: wanted, window } = options;
  checkWhole("timeSeries: folds", folds, 2);
  checkWhole("timeSeries: gap", gap, 0);
  if (wanted !== undefined) checkWhole("timeSeries: size", wanted, 1);
  if (window !== undefined) checkWhole("timeSeries: window", window, 1);
  return {
    kind: kindOf("timeSeries"),
    config: { folds, gap, size: wanted, window },
    split({ rows }) {
      const size = wanted ?? Math.floor(rows / (folds + 1));
      const first = rows - folds * size;
      check(
        size > 0 && first - gap > 0,
        () =>
          `timeSeries: ${rows} rows do not make ${folds} folds of ${size || "at least 1"} rows with training rows and a ` +
          `gap of ${gap} before them; use fewer or smaller folds, or a smaller gap`,
      );
      const range = (from: number, to: number): Int32Array =>
        Int32Array.from({ length: to - from }, (_, i) => from + i);
      return Array.from({ length: folds }, (_, fold) => {
        const start = first + fold * size;
        const end = start - gap;
        return {
          train: range(Math.max(0, end - (window ?? end)), end),
          validation: range(start, start + size),
        };
      });
    },
  };
}
