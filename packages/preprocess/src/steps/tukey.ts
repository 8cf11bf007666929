import { namesOf, parse, positive, type StepArguments } from "../arguments.ts";
import { knownNumbers, numbersFrom, numbersOf } from "../frame/column.ts";
import { columnOf, type Frame, takeRows } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { byColumn, isNumbers } from "../state.ts";
import { quantilesOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `tukey`. */
export interface TukeyOptions {
  /** How many interquartile ranges the fences stand away from the quartiles; 1.5 by default. */
  readonly fences?: number;
}

/**
 * Leaves training rows out in which a number is an outlier: below the first quartile or above the third by more than 1.5
 * times the range between them (Tukey, Exploratory Data Analysis, 1977). Columns are gone through one after the other, as
 * they are named, or for scopes as the table has them; each with the quartiles of the rows that are left. Rows with a
 * missing number stay.
 *
 * Only rows to train on go, those of `fitTransform`: later tables keep all of theirs.
 *
 * ```ts
 * tukey("bedrooms", "sqft_lot");
 * ```
 */
export function tukey(...args: StepArguments<TukeyOptions>): Step {
  const name = "tukey";
  const { columns, options } = parse<TukeyOptions>(name, args, { fences: positive });
  const { fences = 1.5 } = options;
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit(frame) {
      let rows = allRows(frame);
      return namesOf(columns, frame).map((column) => {
        const values = numbersOf(name, column, columnOf(name, frame, column));
        knownNumbers(name, column, values); // Its errors are to name rows as the frame has them.
        const left = numbersFrom(rows, (row) => values[row]!);
        const [low, high] = quantilesOf(knownNumbers(name, column, left), [0.25, 0.75]);
        const reach = fences * (high! - low!);
        // Beyond the largest number there is nothing to leave out, and JSON has no infinity.
        const ends = [
          Math.max(low! - reach, -Number.MAX_VALUE),
          Math.min(high! + reach, Number.MAX_VALUE),
        ] as const;
        rows = within(rows, values, ends);
        return [column, ends];
      });
    },
    fitted(state) {
      const learned = byColumn(name, state, (value): value is readonly [number, number] =>
        isNumbers(value, 2),
      );
      return {
        transform: (frame) => frame,
        train(frame) {
          const rows = learned.reduce(
            (left, [column, ends]) =>
              within(left, numbersOf(name, column, columnOf(name, frame, column)), ends),
            allRows(frame),
          );
          return takeRows(frame, rows);
        },
      };
    },
  };
}

function allRows({ rows }: Frame): Int32Array {
  return new Int32Array(rows).map((_, row) => row);
}

function within(
  rows: Int32Array,
  values: Float64Array,
  [low, high]: readonly [number, number],
): Int32Array {
  return rows.filter((row) => !(values[row]! < low || values[row]! > high));
}
