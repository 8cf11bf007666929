import { check, type Table, type Transform } from "@nn/core";
import { checked, type Expected } from "./arguments.ts";
import { follow, type PipelineCache } from "./cache/cache.ts";
import { stepText } from "./cache/keys.ts";
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

/** What can be chosen for `pipeline`. */
export interface PipelineOptions {
  /**
   * Where to look for what has been done before, and to keep what is done, such as `memoryCache()`. Fitted pipelines keep
   * to it as well. It is no part of the JSON: a pipeline that was saved, or that runs in a worker, has none.
   */
  readonly cache?: PipelineCache;
}

const cacheOption: Expected = [
  (value) => {
    const { get, set } = Object(value) as Partial<PipelineCache>;
    return typeof get === "function" && typeof set === "function";
  },
  "one such as memoryCache()",
];

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
export function pipeline(steps: readonly Step[], options: PipelineOptions = {}): Pipeline {
  check(
    Array.isArray(steps) &&
      steps.every((step: Partial<Step> | null) => typeof step?.fitted === "function"),
    () => `pipeline: expected a list of steps such as [minMax()], got ${show(steps)}`,
  );
  const { cache } = checked<PipelineOptions>("pipeline", options, { cache: cacheOption });
  const texts = steps.map((step) => cache && stepText(step));
  const result: Pipeline = {
    kind: kindOf("pipeline"),
    config: { steps },
    fit: (table) => result.fitTransform(table).fitted,
    fitTransform(table) {
      const first = frameOf("pipeline", table);
      check(first.rows > 0, () => "pipeline: expected rows to learn from, got an empty table");
      let frame = first;
      const done = follow(cache, first);
      const sources = new Map<string, readonly string[]>();
      const states = steps.map((step, i) => {
        const made = done(texts[i], (before) => {
          const state = step.fit(before);
          const ready = step.fitted(state);
          return { state, frame: ready.train ? ready.train(before) : ready.transform(before) };
        });
        ({ frame } = made);
        check(frame.rows > 0, () => `pipeline: no row is left after ${step.kind}`);
        for (const [name, from] of frame.sources) sources.set(name, from);
        return made.state;
      });
      const columns = [...first.columns.keys()];
      const fitted = fittedPipeline(
        { pipeline: result, columns, states, sources: [...sources] },
        cache,
      );
      return { fitted, table: prepared(frame), ...(frame.origin && { rows: frame.origin }) };
    },
  };
  return result;
}
