import type { ChunkReport } from "@nn/core";
import type { MetricSums } from "./metric-sums.ts";

/** The mean loss and the metrics over some examples. */
export interface Evaluation {
  readonly loss: number;
  /** By the metrics' names. */
  readonly metrics: { readonly [name: string]: number };
}

/** Adds up losses and metrics over batches, in double precision. */
export interface Figures {
  /** Takes in the step at position `at` of a report about `steps` steps, whose batch has `rows` rows. */
  add(report: ChunkReport, at: number, steps: number, rows: number): void;
  /** What it came to; starts again from nothing. */
  finish(): Evaluation;
  /** What was added up so far, by name. */
  save(): { readonly [name: string]: readonly number[] };
}

/** Figures of no batch so far, or of those after which these sums were saved. */
export function newFigures(
  metrics?: MetricSums,
  [total = 0, weight = 0]: readonly number[] = [],
): Figures {
  return {
    add({ losses, partials }, at, steps, rows) {
      const counts = partials["weight"]?.[at] ?? rows;
      total += losses[at]! * counts;
      weight += counts;
      metrics?.add(partials, at, steps);
    },
    finish() {
      const evaluation = { loss: total / weight, metrics: metrics?.finish() ?? {} };
      total = weight = 0;
      return evaluation;
    },
    save: () => ({ ...metrics?.save(), loss: [total, weight] }),
  };
}
