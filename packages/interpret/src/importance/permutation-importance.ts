import { check, type Tree } from "@nn/core";
import { newBreather } from "../breather.ts";
import { chosenRows } from "../inputs/chosen-rows.ts";
import { permutation } from "../inputs/permutation.ts";
import { checkCount, checkFunction, checkKnown, checkSeed, checkSignal, show } from "../options.ts";
import type { FeatureImportance, Importance } from "./importance.ts";
import { importanceOptions, type ImportanceOptions } from "./importance-options.ts";
import { openScorer } from "./open-scorer.ts";
import { scoreOf } from "./score.ts";

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
 *
 * Of models that were trained on a table, columns are those of the table itself; its pipeline makes of them what it does.
 *
 * ```ts
 * const { best } = await kFold({ data: table, pipeline, target: "price", ...options });
 * await permutationImportance({ model: best, table, rows: best.validation, metric: r2() });
 * ```
 */
export async function permutationImportance<In extends Tree, Out extends Tree, Target extends Tree>(
  options: ImportanceOptions<In, Out, Target>,
): Promise<Importance> {
  const name = "permutationImportance";
  checkKnown(name, options, importanceOptions);
  const { repeats = 10, seed = 0, onProgress, signal } = options;
  checkCount(`${name}: repeats`, repeats);
  checkSeed(`${name}: seed`, seed);
  checkFunction(`${name}: onProgress`, onProgress);
  checkSignal(`${name}: signal`, signal);
  const score = scoreOf(name, options.metric, options.loss);
  const breathe = newBreather(signal);
  const scorer = await openScorer(name, options, {
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
    const { rows, features, names, units } = scorer;
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
      ...(units && { units }),
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

/** The figure, where it is one. */
function finite(name: string, score: string, value: unknown, when: string): number {
  check(
    typeof value === "number",
    () =>
      `${name}: ${score} is no number but ${show(value)}; choose a metric that gives a single figure`,
  );
  check(
    Number.isFinite(value),
    () =>
      `${name}: ${score} is ${value} on these rows${when}; look for missing values, or choose other rows or another metric`,
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
