import { check, type Config, type FittedTransform, type Json, type Table } from "@nn/core";
import { dropColumns, type Frame, frameOf } from "./frame/frame.ts";
import { prepared, type PreparedTable } from "./frame/prepared.ts";
import { follow, type PipelineCache } from "./cache/cache.ts";
import { stepText } from "./cache/keys.ts";
import { kindOf } from "./kind.ts";
import type { Pipeline } from "./pipeline.ts";
import { show } from "./show.ts";
import { isNames } from "./state.ts";

/** A pipeline that has seen training rows. It is data, and travels with the model. */
export interface FittedPipeline extends FittedTransform {
  /**
   * The same rows as the model wants them, in the same order. Columns are found by their names, and those that were not
   * there in training are left out. Where the table lacks one, so does the result lack everything made of it, and asking
   * for that tells what is missing: rows to predict from need no target.
   */
  transform(table: Table): PreparedTable;
  /**
   * Takes the columns that are there back to original units, and leaves those alone that no step knows. Columns that
   * steps have added go, unless there are no others. A prediction beyond what a step can have made has no original, and
   * becomes NaN or infinite. `like` is for columns of other names: with `{ low: "price", high: "price" }` both ends of an
   * interval are reverted as prices are.
   */
  revert(table: Table, like?: { readonly [name: string]: string }): PreparedTable;
  /**
   * For columns that steps have added, also those that are gone again: the columns of the raw table that they were made
   * of. None for those of a custom step.
   */
  readonly sources: { readonly [name: string]: readonly string[] };
}

/** What a fitted pipeline is made of. */
export interface FittedPipelineOptions {
  readonly pipeline: Pipeline;
  /** The columns it was fitted on, in order. */
  readonly columns: readonly string[];
  /** What each step remembers. */
  readonly states: readonly Json[];
  readonly sources: readonly (readonly [name: string, from: readonly string[]])[];
}

/** Makes a fitted pipeline from what `config` of one holds. */
export function fittedPipeline(
  options: FittedPipelineOptions,
  cache?: PipelineCache,
): FittedPipeline {
  const { pipeline, columns, states, sources } = options;
  const steps = pipeline?.config?.steps;
  check(
    Array.isArray(steps) && typeof pipeline.fit === "function",
    () => `fittedPipeline: pipeline must be one, got ${show(pipeline)}`,
  );
  check(
    isNames(columns) && new Set(columns).size === columns.length,
    () => `fittedPipeline: columns must be a list of different names, got ${show(columns)}`,
  );
  check(
    Array.isArray(states) && states.length === steps.length,
    () => `fittedPipeline: expected a state for each of ${steps.length} steps, got ${show(states)}`,
  );
  check(
    Array.isArray(sources) &&
      sources.every((entry: unknown) => {
        const [name, from] = Array.isArray(entry) ? (entry as unknown[]) : [];
        return typeof name === "string" && isNames(from);
      }),
    () => `fittedPipeline: sources must be a list of [name, names], got ${show(sources)}`,
  );
  const ready = steps.map((step, i) => step.fitted(states[i]!));
  const texts = steps.map((step, i) => cache && stepText(step, states[i]));
  const added = new Set(sources.map(([name]) => name));
  const back = (frame: Frame): Frame => {
    const reverted = ready.reduceRight((before, step) => step.revert?.(before) ?? before, frame);
    const gone = [...reverted.columns.keys()].filter((name) => added.has(name));
    return gone.length < reverted.columns.size ? dropColumns(reverted, gone) : reverted;
  };
  return {
    kind: kindOf("fittedPipeline"),
    config: { pipeline, columns, states, sources } as unknown as Config,
    sources: Object.fromEntries(sources),
    transform(table) {
      const first = frameOf("pipeline", table, columns);
      let frame = first;
      const done = follow(cache, first);
      for (const [i, step] of ready.entries()) {
        const state = states[i]!;
        ({ frame } = done(texts[i], (before) => ({ state, frame: step.transform(before) })));
      }
      return prepared(frame);
    },
    revert: (table, like = {}) => prepared(revertLike(frameOf("revert", table), like, back)),
  };
}

function revertLike(
  frame: Frame,
  like: { readonly [name: string]: string },
  back: (frame: Frame) => Frame,
): Frame {
  check(
    typeof like === "object" &&
      like !== null &&
      Object.values(like).every((as) => typeof as === "string"),
    () => `revert: expected names such as { low: "price" }, got ${show(like)}`,
  );
  const own = new Map([...frame.columns].filter(([name]) => !Object.hasOwn(like, name)));
  const columns = new Map(own.size > 0 ? back({ ...frame, columns: own }).columns : []);
  for (const [name, as] of Object.entries(like)) {
    const column = frame.columns.get(name);
    check(column, () => `revert: there is no column '${name}' to revert like '${as}'`);
    const reverted = back({ ...frame, columns: new Map([[as, column]]) }).columns;
    const [only] = reverted.values();
    check(
      reverted.size === 1 && only,
      () => `revert: '${name}' cannot be reverted like '${as}', which needs other columns, too`,
    );
    columns.set(name, only);
  }
  return { ...frame, columns };
}
