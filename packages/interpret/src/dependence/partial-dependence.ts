import { check, type Tree } from "@nn/core";
import { newBreather } from "../breather.ts";
import { chosenRows } from "../inputs/chosen-rows.ts";
import { checkFunction, checkKnown, checkSeed, checkSignal, show } from "../options.ts";
import type { Units } from "../table/table-model.ts";
import { dependenceOptions, type DependenceOptions } from "./dependence-options.ts";
import { checkGrid, quantiles } from "./grid.ts";
import { openSubject } from "./open-subject.ts";

/** How predictions depend on one feature or two. Plain data, for JSON. */
export interface PartialDependence {
  /** The features, with the values that were tried. */
  readonly axes: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** How many rows the average is of. */
  readonly rows: number;
  /** What predictions are in, for a table. */
  readonly units?: Units;
  /** The mean prediction for each value. Of two features, that of values i and j is at i · (values of the second) + j. */
  readonly average: readonly number[];
  /** For every row, its predictions in the order of the average, where they were asked for. */
  readonly curves?: readonly (readonly number[])[];
}

/**
 * The mean prediction of all rows when a feature, or two, have the same value in each (Friedman, Greedy Function
 * Approximation, 2001), and, with `curves`, that of every single row (Goldstein and others, Peeking Inside the Black
 * Box, 2015). Rows may become such as there are none: mind features that go together.
 *
 * ```ts
 * const { axes, average } = await partialDependence({ model: result, inputs, names: ["area", "age"], features: ["age"] });
 * axes[0].values.map((age, i) => [age, average[i]]); // a line to draw
 *
 * const { best } = await kFold({ data: table, pipeline, target: "price", ...options });
 * await partialDependence({ model: best, table, rows: best.validation, features: ["lat", "long"] }); // before the pipeline
 * ```
 */
export async function partialDependence<In extends Tree, Out extends Tree>(
  options: DependenceOptions<In, Out>,
): Promise<PartialDependence> {
  const name = "partialDependence";
  checkKnown(name, options, dependenceOptions);
  const { features, grid = 20, curves = false, seed = 0, onProgress, signal } = options;
  check(
    Array.isArray(features) && (features.length === 1 || features.length === 2),
    () => `${name}: features must be a list of one column or two, got ${show(features)}`,
  );
  checkGrid(name, grid, features.length);
  check(
    typeof curves === "boolean",
    () => `${name}: curves must be true or false, got ${show(curves)}`,
  );
  checkSeed(`${name}: seed`, seed);
  checkFunction(`${name}: onProgress`, onProgress);
  checkSignal(`${name}: signal`, signal);
  const subject = await openSubject(name, options, {
    features,
    rowsOf: (count) => chosenRows(name, count, options.rows, seed),
    breathe: newBreather(signal),
  });
  try {
    const { rows, columns, units } = subject;
    check(
      columns[0]!.name !== columns[1]?.name,
      () => `${name}: features has '${columns[0]!.name}' twice; name two columns, or one`,
    );
    const axes = columns.map((column, i) => ({
      name: column.name,
      values:
        typeof grid === "number"
          ? quantiles(`${name}: ${column.name}`, column.values, grid)
          : Array.from(grid[i]!),
    }));
    const [first, second] = axes;
    const points = first!.values.flatMap((value) =>
      second ? second.values.map((other) => [value, other]) : [[value]],
    );
    const sums = points.map(() => 0);
    const kept = curves ? Array.from({ length: rows }, () => points.map(() => 0)) : undefined;
    const total = rows * points.length;
    let done = 0;
    await subject.respond(points, (point, at, outputs) => {
      for (let i = 0; i < outputs.length; i++) {
        sums[point]! += outputs[i]!;
        if (kept) kept[at + i]![point] = outputs[i]!;
      }
      done += outputs.length;
      onProgress?.({ done, total });
    });
    const average = sums.map((sum) => sum / rows);
    const wrong = average.findIndex((mean) => !Number.isFinite(mean));
    check(
      wrong < 0,
      () =>
        `${name}: the mean prediction is ${average[wrong]} for ${axes.map((axis) => axis.name).join(", ")} = ` +
        `${points[wrong]!.map(show).join(", ")}; look for missing values, or choose other rows or another grid`,
    );
    return { axes, rows, ...(units && { units }), average, ...(kept && { curves: kept }) };
  } finally {
    subject.release();
  }
}
