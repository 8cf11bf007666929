import { check, type Json } from "@nn/core";
import { type Expected, namesOf, parse, type StepArguments, wholeFrom } from "../arguments.ts";
import { each, knownNumbers, mapNumbers, numbersOf } from "../frame/column.ts";
import { addColumns, columnOf, type Frame } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { nearestRows } from "../nearest-rows.ts";
import { isNames, isNumbers, refuseState } from "../state.ts";
import { deviationOf, meanOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `neighbours`. */
export interface NeighboursOptions {
  /** The columns of numbers that say how near rows are, such as `["lat", "long"]`. */
  readonly by: readonly string[];
  /** How many neighbours a row has; 20 by default. */
  readonly count?: number;
}

/** Training rows: where they are, in standard deviations, and what they have there. */
interface Places {
  readonly names: readonly string[];
  readonly scales: readonly number[];
  readonly places: readonly (readonly number[])[];
  readonly values: readonly (readonly number[])[];
}

const texts: Expected = [
  (value) => isNames(value) && value.length > 0,
  'a list of columns such as ["lat", "long"]',
];

/**
 * Adds what the training rows around a row have on average: from `price` the column `price_neighbours`, the mean over the
 * `count` training rows that are nearest, with each column of `by` divided by its standard deviation. That may be the
 * target, too: what houses nearby were sold for (k-nearest-neighbour regression, as in Fix and Hodges, 1951, as a feature).
 *
 * Rows to train on, those of `fitTransform`, are not among their own neighbours, so that no row sees its own target. The
 * averaged columns need not be in later tables. Means are of values with seven digits, since they are stored with the model.
 * There is no way back.
 *
 * ```ts
 * neighbours("price", "grade", { by: ["lat", "long"], count: 20 });
 * ```
 */
export function neighbours(...args: StepArguments<NeighboursOptions>): Step {
  const name = "neighbours";
  const { columns, options } = parse<NeighboursOptions, "by">(
    name,
    args,
    { by: texts, count: wholeFrom(1) },
    ["by"],
  );
  const { by, count = 20 } = options;
  check(
    columns.length > 0,
    () => `${name}: expected the columns to average, as in neighbours("price", { by: … })`,
  );
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit(frame): Json {
      const known = (column: string): Float64Array => {
        const values = numbersOf(name, column, columnOf(name, frame, column));
        check(
          knownNumbers(name, column, values) === values,
          () => `${name}: '${column}' has missing values; impute first`,
        );
        return values;
      };
      const names = namesOf(columns, frame);
      const places = by.map(known);
      const scales = places.map((values) => 1 / (deviationOf(values, meanOf(values)) || 1));
      return {
        names,
        scales,
        places: places.map((values) => [...values]),
        values: names.map((column) => Array.from(known(column), (x) => Number(x.toPrecision(7)))),
      };
    },
    fitted(state) {
      refuseState(name, state, isPlaces(state, by.length));
      const { names, scales, places, values } = state as unknown as Places;
      const search = nearestRows(
        places.map((axis, i) => Float64Array.from(axis, (x) => x * scales[i]!)),
      );
      const add = (frame: Frame, isTraining: boolean): Frame => {
        let means: readonly Float64Array[] | undefined;
        const meansOf = (): readonly Float64Array[] => {
          if (means) return means;
          const axes = by.map((column, i) =>
            mapNumbers(
              name,
              column,
              numbersOf(name, column, columnOf(name, frame, column)),
              each((x) => x * scales[i]!),
            ),
          );
          means = averages(frame.rows, values, (row) =>
            search(
              axes.map((axis) => axis[row]!),
              count,
              isTraining ? row : -1,
            ),
          );
          return means;
        };
        return addColumns(
          frame,
          names.map((column, i) => ({
            name: `${column}_neighbours`,
            from: by,
            make: () => meansOf()[i]!,
          })),
        );
      };
      return {
        transform: (frame) => add(frame, false),
        train(frame) {
          check(frame.rows > 1, () => `${name}: expected two rows or more to train on, got 1`);
          return add(frame, true);
        },
      };
    },
  };
}

/** For each row, the means of values over the rows that `near` finds; NaN where it finds none. */
function averages(
  rows: number,
  values: readonly (readonly number[])[],
  near: (row: number) => Int32Array,
): Float64Array[] {
  const means = values.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const found = near(row);
    values.forEach((column, i) => {
      let sum = 0;
      for (const other of found) sum += column[other]!;
      means[i]![row] = sum / found.length;
    });
  }
  return means;
}

function isPlaces(state: unknown, axes: number): boolean {
  const { names, scales, places, values } = Object(state) as Partial<Places>;
  if (!isNames(names) || !isNumbers(scales, axes)) return false;
  if (!Array.isArray(places) || !Array.isArray(values)) return false;
  const rows = (Object(places[0]) as readonly unknown[]).length;
  return (
    rows > 0 &&
    places.length === axes &&
    values.length === names.length &&
    [...places, ...values].every((list) => isNumbers(list, rows))
  );
}
