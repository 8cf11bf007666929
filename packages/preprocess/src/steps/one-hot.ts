import { check } from "@nn/core";
import { flag, namesOf, oneOf, parse, type StepArguments } from "../arguments.ts";
import { type Column, numbersOf } from "../frame/column.ts";
import {
  columnOf,
  dropColumns,
  type Frame,
  type NamedColumn,
  replaceColumn,
} from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { countLevels, isLevels, type Level, levelNumbers, sortLevels } from "../levels.ts";
import { where } from "../scopes.ts";
import { byColumn } from "../state.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `oneHot`. */
export interface OneHotOptions {
  /**
   * What becomes of a level that there was not in training, and of a missing value: "error" refuses it, "zeros" has all
   * columns 0. "error" by default.
   */
  readonly unknown?: "error" | "zeros";
  /** Whether `revert` adds the number that the label was chosen for, as `kind_confidence`. false by default. */
  readonly confidence?: boolean;
}

/** Where a column has more levels, it is likely to be one of ids, of which memory would not hold the columns. */
const mostLevels = 10_000;

/**
 * Replaces a column by one for each of its levels, which is 1 where the row has that level and 0 elsewhere: `kind` by
 * `kind_flat` and `kind_house`. Levels are in order of size or alphabet. The way back takes the level with the greatest
 * number, also for predictions between 0 and 1, and null where all are 0 or missing. Columns of texts by default, of 10,000
 * levels at most.
 *
 * ```ts
 * oneHot("zipcode", { unknown: "zeros" });
 * ```
 */
export function oneHot(...args: StepArguments<OneHotOptions>): Step {
  const name = "oneHot";
  const { columns, options } = parse<OneHotOptions>(name, args, {
    unknown: oneOf("error", "zeros"),
    confidence: flag,
  });
  const { unknown = "error", confidence = false } = options;
  const allowed =
    unknown === "zeros" ||
    'pass { unknown: "zeros" }, or see groupRare and impute for a step before';
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit: (frame) =>
      namesOf(columns, frame, where({ type: "string" })).map((column) => {
        const levels = countLevels(name, column, columnOf(name, frame, column));
        check(
          levels.size <= mostLevels,
          () =>
            `${name}: column '${column}' has ${levels.size} levels, and each would be a column; set it aside with ids, or ` +
            "see targetEncode, hashEncode and groupRare",
        );
        return [column, sortLevels(levels.keys())];
      }),
    fitted(state) {
      const learned = byColumn(
        name,
        state,
        (value): value is readonly Level[] => isLevels(value) && value.length <= mostLevels,
      );
      return {
        transform: (frame) =>
          learned.reduce((before, [column, levels]) => {
            const values = before.columns.get(column);
            const names = levels.map((level) => nameOf(column, level));
            const made = values ? indicators(column, values, levels, allowed) : [];
            return replaceColumn(before, column, made, names);
          }, frame),
        revert: (frame) =>
          learned.reduceRight(
            (before, [column, levels]) => labels(before, column, levels, confidence),
            frame,
          ),
      };
    },
  };
}

function nameOf(column: string, level: Level): string {
  return `${column}_${level}`;
}

function indicators(
  column: string,
  values: Column,
  levels: readonly Level[],
  allowed: string | true,
): NamedColumn[] {
  const made = levels.map(
    (level) => [nameOf(column, level), new Float64Array(values.length)] as const,
  );
  const numbers = levelNumbers("oneHot", column, values, levels, allowed);
  for (let row = 0; row < numbers.length; row++)
    if (numbers[row]! >= 0) made[numbers[row]!]![1][row] = 1;
  return made;
}

/** Takes the columns of levels back to one of labels, where they are there. */
function labels(
  frame: Frame,
  column: string,
  levels: readonly Level[],
  confidence: boolean,
): Frame {
  const names = levels.map((level) => nameOf(column, level));
  const there = names.filter((name) => frame.columns.has(name));
  if (there.length === 0) return frame;
  check(
    there.length === names.length,
    () =>
      `oneHot: '${names.find((name) => !there.includes(name))}' is needed to revert '${column}'; predict all of its columns`,
  );
  const numbers = names.map((name) => numbersOf("oneHot", name, frame.columns.get(name)!));
  const chosen = Int32Array.from({ length: frame.rows }, (_, row) => {
    let [best, greatest] = [-1, -Infinity];
    for (const [at, values] of numbers.entries())
      if (values[row]! > greatest) [best, greatest] = [at, values[row]!];
    return numbers.every((values) => values[row] === 0) ? -1 : best;
  });
  const label = Array.from(chosen, (at) => levels[at] ?? null);
  const made: NamedColumn[] = [[column, label]];
  if (confidence) {
    const sure = Float64Array.from(chosen, (at, row) => numbers[at]?.[row] ?? 0);
    made.push([`${column}_confidence`, sure]);
  }
  const [first, ...others] = names;
  return replaceColumn(dropColumns(frame, others), first!, made);
}
