import { check, type Table, type Transform } from "@nn/core";
import { frameOf } from "./frame/frame.ts";
import { prepared, type PreparedTable } from "./frame/prepared.ts";
import { type FittedPipeline, fittedPipeline } from "./fitted.ts";
import { kindOf } from "./kind.ts";
import { show } from "./show.ts";
import type { Step } from "./step.ts";

/** Steps in order, before they have seen data. */
export interface Pipeline extends Transform {
  readonly config: { readonly steps: readonly Step[] };
  fit(table: Table): FittedPipeline;
  /**
   * Fits, and gives the rows to train on as well. They are not always what `transform` makes of the same table: `tukey`
   * and `sample` leave rows out, `shuffle` moves them, and `targetEncode` encodes a row without looking at its target.
   */
  fitTransform(table: Table): TrainingRows;
}

/** A fitted pipeline with the rows to train on. */
export interface TrainingRows {
  readonly fitted: FittedPipeline;
  readonly table: PreparedTable;
  /** Which rows of the table they are, where some have gone or moved. */
  readonly rows?: Int32Array;
}

/**
 * Steps one after the other. Each replaces columns or adds some, and learns from what the steps before have made of the
 * training rows.
 *
 * ```ts
 * const houses = pipeline([
 *   extractDate("date", ["month", "timestamp"]),
 *   drop("date"),
 *   log10("price", "area"),
 *   squared(except("price")),
 *   minMax(),
 * ]);
 * const fitted = houses.fit(training);
 * const inputs = fitted.transform(rows);
 * ```
 */
export function pipeline(steps: readonly Step[]): Pipeline {
  check(
    Array.isArray(steps) &&
      steps.every((step: Partial<Step> | null) => typeof step?.fitted === "function"),
    () => `pipeline: expected a list of steps such as [minMax()], got ${show(steps)}`,
  );
  const result: Pipeline = {
    kind: kindOf("pipeline"),
    config: { steps },
    fit: (table) => result.fitTransform(table).fitted,
    fitTransform(table) {
      const first = frameOf("pipeline", table);
      check(first.rows > 0, () => "pipeline: expected rows to learn from, got an empty table");
      let frame = first;
      const sources = new Map<string, readonly string[]>();
      const states = steps.map((step) => {
        const state = step.fit(frame);
        const ready = step.fitted(state);
        frame = ready.train ? ready.train(frame) : ready.transform(frame);
        check(frame.rows > 0, () => `pipeline: no row is left after ${step.kind}`);
        for (const [name, from] of frame.sources) sources.set(name, from);
        return state;
      });
      const fitted = fittedPipeline({
        pipeline: result,
        columns: [...first.columns.keys()],
        states,
        sources: [...sources],
      });
      return { fitted, table: prepared(frame), ...(frame.origin && { rows: frame.origin }) };
    },
  };
  return result;
}
