import { type Backend, check, type Loss, type Metric, type Table, type Tree } from "@nn/core";
import { newBreather } from "../breather.ts";
import { chosenRows, type RowChoice } from "../inputs/chosen-rows.ts";
import type { Explained } from "../inputs/explained.ts";
import type { Groups } from "../inputs/features.ts";
import { permutation } from "../inputs/permutation.ts";
import type { Columns } from "../inputs/table.ts";
import {
  checkCount,
  checkFunction,
  checkKnown,
  checkSeed,
  checkSignal,
  isObject,
  show,
} from "../options.ts";
import { functionScorer, type Predict } from "./function-scorer.ts";
import { modelScorer } from "./model-scorer.ts";
import { scoreOf } from "./score.ts";
import type { GivenData, Scorer, ScorerOptions } from "./scorer.ts";

/** What importance is found for, and by which figure. */
export type ImportanceOptions<In extends Tree, Out extends Tree, Target extends Tree> = (
  | ModelImportance<In, Out>
  | FunctionImportance
) &
  (
    | { readonly metric: Metric<Out, Target>; readonly loss?: undefined }
    | { readonly loss: Loss<Out, Target>; readonly metric?: undefined }
  ) &
  SharedOptions;

/** The importance of the inputs of a model. */
export interface ModelImportance<In extends Tree, Out extends Tree> {
  /** What `fit` returns, or `{ model, parameters, state }`. */
  readonly model: Explained<In, Out>;
  /** Examples that it was not trained on: `{ inputs, targets }`, and `weights` for losses. */
  readonly data: GivenData;
  /** What the columns of the inputs are called. */
  readonly names?: readonly string[];
  /** Rows at a time; 1024 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  readonly predict?: undefined;
}

/** The importance of the columns of a table, for any function of them, such as a pipeline with a model behind it. */
export interface FunctionImportance {
  /** Predictions for columns, one row for each of theirs. It must not write to the columns. */
  readonly predict: Predict;
  /** A table or its columns, with what the predictions should be. */
  readonly data: Omit<GivenData, "inputs"> & { readonly inputs: Table | Columns };
  readonly model?: undefined;
  readonly names?: undefined;
  readonly batchSize?: undefined;
}

interface SharedOptions {
  /** How often each feature is shuffled; 10 by default. */
  readonly repeats?: number;
  /** What fixes the orders; 0 by default. */
  readonly seed?: number;
  /** Columns that are shuffled together, such as a feature and its square: `{ area: ["area", "area²"] }`. */
  readonly groups?: Groups;
  /** The columns to shuffle besides the groups; all by default. */
  readonly features?: readonly (string | number)[];
  /** How many rows to draw, or which ones to score; all by default. */
  readonly rows?: RowChoice;
  /** Where to compute, for a model without parameters or a function that returns arrays. */
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
  /** Called after each time that a feature was shuffled. */
  onProgress?(progress: ImportanceProgress): void;
}

/** How far it is. */
export interface ImportanceProgress {
  readonly done: number;
  readonly total: number;
  readonly feature: string;
}

/** How much predictions depend on each feature, the most important one first. Plain data, for JSON. */
export interface Importance {
  /** The name of the figure. */
  readonly score: string;
  readonly better: "higher" | "lower";
  /** The figure with nothing shuffled. */
  readonly base: number;
  readonly rows: number;
  readonly repeats: number;
  readonly seed: number;
  readonly features: readonly FeatureImportance[];
}

/** What a feature, or a group of columns, is worth. */
export interface FeatureImportance {
  readonly name: string;
  /** The names of its columns. */
  readonly columns: readonly string[];
  /** By how much the figure gets worse, on average; below 0 where it got better by chance. */
  readonly mean: number;
  /** The standard deviation of the drops about their mean, divided by their number as in scikit-learn. */
  readonly deviation: number;
  /** The part of all means above 0 that is its own: those of all features add up to 1. */
  readonly share: number;
  /** By how much the figure got worse, each time. */
  readonly drops: readonly number[];
}

const known = [
  "model",
  "predict",
  "data",
  "metric",
  "loss",
  "repeats",
  "seed",
  "names",
  "groups",
  "features",
  "rows",
  "batchSize",
  "backend",
  "signal",
  "onProgress",
];

/**
 * How much worse a figure becomes when the values of a feature are shuffled among the rows (Breiman, Random Forests,
 * 2001; Fisher, Rudin and Dominici, 2019). Take rows that the model was not trained on. Columns that tell the same
 * stand in for each other, so that each looks unimportant: shuffle them together with `groups`.
 *
 * All features are shuffled in the same orders, which follow from the seed alone: one that a model does not look at
 * has exactly 0, and groups leave the numbers of other features as they are.
 *
 * ```ts
 * const importance = await permutationImportance({
 *   model: result, // what fit returned
 *   data: { inputs, targets },
 *   metric: r2(),
 *   names: ["area", "area²", "age"],
 *   groups: { area: ["area", "area²"] },
 * });
 * importance.features[0]; // { name: "area", mean: 0.71, deviation: 0.01, share: 0.93, … }
 * ```
 */
export async function permutationImportance<In extends Tree, Out extends Tree, Target extends Tree>(
  options: ImportanceOptions<In, Out, Target>,
): Promise<Importance> {
  const name = "permutationImportance";
  checkKnown(name, options, known);
  const { repeats = 10, seed = 0, onProgress, signal } = options;
  checkCount(`${name}: repeats`, repeats);
  checkSeed(`${name}: seed`, seed);
  checkFunction(`${name}: onProgress`, onProgress);
  checkSignal(`${name}: signal`, signal);
  const score = scoreOf(name, options.metric, options.loss);
  const breathe = newBreather(signal);
  const scorer = openScorer(name, options, {
    score,
    groups: options.groups,
    only: options.features,
    rowsOf(count) {
      const rows = chosenRows(name, count, options.rows, seed);
      check(rows.length > 1, () => `${name}: expected at least two rows to shuffle, got one`);
      return rows;
    },
    backend: options.backend,
    breathe,
  });
  try {
    const { rows, features, names } = scorer;
    const base = finite(name, score.name, await scorer.score(), "");
    const orders = Array.from({ length: repeats }, (_, repeat) => permutation(rows, seed, repeat));
    const total = features.length * repeats;
    const found: Omit<FeatureImportance, "share">[] = [];
    for (const [at, feature] of features.entries()) {
      const drops: number[] = [];
      for (const order of orders) {
        const shuffled = await scorer.score(at, order);
        const value = finite(name, score.name, shuffled, ` with '${feature.name}' shuffled`);
        drops.push(score.better === "higher" ? base - value : value - base);
        onProgress?.({ done: at * repeats + drops.length, total, feature: feature.name });
      }
      const mean = average(drops);
      const deviation = Math.sqrt(average(drops.map((drop) => (drop - mean) ** 2)));
      const columns = feature.columns.map((column) => names[column]!);
      found.push({ name: feature.name, columns, mean, deviation, drops });
    }
    return {
      score: score.name,
      better: score.better,
      base,
      rows,
      repeats,
      seed,
      features: withShares(found),
    };
  } finally {
    scorer.release();
  }
}

function openScorer<In extends Tree, Out extends Tree, Target extends Tree>(
  name: string,
  options: ImportanceOptions<In, Out, Target>,
  shared: ScorerOptions,
): Scorer {
  const { model, predict, data, names, batchSize = 1024 } = options;
  check(
    (model === undefined) !== (predict === undefined),
    () => `${name}: expected either a model, as fit returns it, or predict, a function of columns`,
  );
  check(
    isObject(data) && data["inputs"] !== undefined && data["targets"] !== undefined,
    () => `${name}: data must be { inputs, targets }, got ${show(data)}`,
  );
  const other = Object.keys(data).find((key) => !["inputs", "targets", "weights"].includes(key));
  check(
    other === undefined,
    () => `${name}: data has no '${other}'; there are inputs, targets and weights`,
  );
  if (predict === undefined) {
    checkCount(`${name}: batchSize`, batchSize);
    return modelScorer(name, model, data as GivenData, names, batchSize, shared);
  }
  check(
    typeof predict === "function",
    () => `${name}: predict must be a function of columns, got ${show(predict)}`,
  );
  for (const key of ["names", "batchSize"] as const)
    check(
      options[key] === undefined,
      () =>
        `${name}: ${key} is for models; predict is given columns by their own names, all rows at once`,
    );
  return functionScorer(name, predict, data as FunctionImportance["data"], shared);
}

/** The figure, where it is one. */
function finite(name: string, score: string, value: unknown, when: string): number {
  check(
    typeof value === "number",
    () =>
      `${name}: ${score} is no number but ${show(value)}; choose a metric that gives a single figure`,
  );
  check(
    Number.isFinite(value),
    () => `${name}: ${score} is ${value} on these rows${when}; choose other rows or another metric`,
  );
  return value;
}

/** With the part of the total that each has, the largest first. */
function withShares(found: readonly Omit<FeatureImportance, "share">[]): FeatureImportance[] {
  const total = found.reduce((sum, { mean }) => sum + Math.max(mean, 0), 0);
  return found
    .map(({ drops, ...rest }) => ({
      ...rest,
      share: total > 0 ? Math.max(rest.mean, 0) / total : 0,
      drops,
    }))
    .toSorted((a, b) => b.mean - a.mean);
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
