import { check, type Json } from "@nn/core";
import {
  type Expected,
  finite,
  namesOf,
  parse,
  type StepArguments,
  text,
  wholeFrom,
} from "../arguments.ts";
import { knownNumbers, numbersFrom, numbersOf } from "../frame/column.ts";
import { changeColumns, columnOf, type Frame } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { countLevels, isLevels, type Level, levelNumbers, sortLevels } from "../levels.ts";
import { permutation, seed } from "../random.ts";
import { where } from "../scopes.ts";
import { byColumn, isNumbers } from "../state.ts";
import { meanOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `targetEncode`. */
export interface TargetEncodeOptions {
  /** The column to predict, of numbers that are all there. */
  readonly target: string;
  /** As many rows with the mean of all are added to those of each level; 10 by default. */
  readonly smoothing?: number;
  /** Into how many parts training rows are divided; 5 by default. */
  readonly folds?: number;
  /** Of the division; 0 by default. */
  readonly seed?: number;
}

const smoothing: Expected = [
  (value) => finite[0](value) && (value as number) >= 0,
  "a finite number from 0",
];

/** Means of the target: of all rows, and for each level. */
interface Means {
  readonly levels: readonly Level[];
  readonly means: readonly number[];
  readonly mean: number;
}

/**
 * Replaces a level by the mean target of the training rows that have it, (Σ target + smoothing · mean of all) /
 * (rows + smoothing) (Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", 2001). Levels
 * that there were not in training, and missing values, become the mean of all.
 *
 * Rows to train on, those of `fitTransform`, are encoded out of fold: by the means of the parts that they are not in. So no
 * row sees its own target, which would let a model read it off rare levels. Target columns of later tables are not looked
 * at. There is no way back. Columns of texts by default.
 *
 * ```ts
 * targetEncode("zipcode", { target: "price" });
 * ```
 */
export function targetEncode(...args: StepArguments<TargetEncodeOptions>): Step {
  const name = "targetEncode";
  const { columns, options } = parse<TargetEncodeOptions, "target">(
    name,
    args,
    { target: text, smoothing, folds: wholeFrom(2), seed },
    ["target"],
  );
  const { target, smoothing: added = 10, folds = 5, seed: from = 0 } = options;
  const targetsOf = (frame: Frame): Float64Array => {
    const values = numbersOf(name, target, columnOf(name, frame, target));
    const known = knownNumbers(name, target, values);
    check(
      known === values,
      () => `${name}: the target '${target}' has missing values; impute first`,
    );
    return values;
  };
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit(frame): Json {
      const targets = targetsOf(frame);
      return namesOf(columns, frame, where({ type: "string" })).map((column) => {
        check(column !== target, () => `${name}: '${target}' cannot be encoded by itself`);
        const values = columnOf(name, frame, column);
        const levels = sortLevels(countLevels(name, column, values).keys());
        const at = levelNumbers(name, column, values, levels, true);
        return [column, { levels, ...meansOf(at, targets, levels.length, added) }];
      });
    },
    fitted(state) {
      const learned = byColumn(name, state, isMeans);
      return {
        transform: (frame) =>
          changeColumns(frame, learned, (column, values, { levels, means, mean }) =>
            numbersFrom(
              levelNumbers(name, column, values, levels, true),
              (at) => means[at] ?? mean,
            ),
          ),
        train(frame) {
          const targets = targetsOf(frame);
          const parts = Math.min(folds, frame.rows);
          check(
            parts > 1,
            () => `${name}: expected two rows or more to train on, got ${frame.rows}`,
          );
          const order = permutation(frame.rows, from);
          return changeColumns(frame, learned, (column, values, { levels }) => {
            const at = levelNumbers(name, column, values, levels, true);
            return outOfFold(at, targets, levels.length, added, order, parts);
          });
        },
      };
    },
  };
}

/** The means for rows, by the numbers of their levels. */
function meansOf(
  at: Int32Array,
  targets: Float64Array,
  levels: number,
  added: number,
): { means: number[]; mean: number } {
  const mean = meanOf(targets);
  const sums = new Float64Array(levels);
  const counts = new Float64Array(levels);
  for (let row = 0; row < at.length; row++) {
    const level = at[row]!;
    if (level < 0) continue;
    sums[level]! += targets[row]! - mean;
    counts[level]! += 1;
  }
  const means = Array.from(sums, (sum, level) => mean + sum / (counts[level]! + added || 1) + 0);
  return { means, mean: mean + 0 };
}

function outOfFold(
  at: Int32Array,
  targets: Float64Array,
  levels: number,
  added: number,
  order: Int32Array,
  parts: number,
): Float64Array {
  const part = new Int32Array(at.length);
  for (let place = 0; place < order.length; place++) part[order[place]!] = place % parts;
  const result = new Float64Array(at.length);
  const otherLevels = new Int32Array(at.length);
  const otherTargets = new Float64Array(at.length);
  for (let own = 0; own < parts; own++) {
    let others = 0;
    for (let row = 0; row < at.length; row++) {
      if (part[row] === own) continue;
      otherLevels[others] = at[row]!;
      otherTargets[others++] = targets[row]!;
    }
    const known = otherTargets.subarray(0, others);
    const { means, mean } = meansOf(otherLevels.subarray(0, others), known, levels, added);
    for (let row = 0; row < at.length; row++)
      if (part[row] === own) result[row] = means[at[row]!] ?? mean;
  }
  return result;
}

function isMeans(value: unknown): value is Means {
  const { levels, means, mean } = Object(value) as Partial<Means>;
  return isLevels(levels) && isNumbers(means, levels.length) && isNumbers([mean]);
}
