import { type Expected, namesOf, oneOf, parse, type StepArguments } from "../arguments.ts";
import { numbersFrom, numbersOf } from "../frame/column.ts";
import { changeColumns, columnOf } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { countLevels, isLevels, type Level, levelNumbers, sortLevels } from "../levels.ts";
import { where } from "../scopes.ts";
import { byColumn } from "../state.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `ordinal`. */
export interface OrdinalOptions {
  /** The levels in their order, where that is not the one of size or alphabet: ["poor", "fair", "good"]. */
  readonly levels?: readonly Level[];
  /**
   * What becomes of a level that there was not in training, and of a missing value: "error" refuses it, "missing" makes
   * a missing number. "error" by default.
   */
  readonly unknown?: "error" | "missing";
}

const levels: Expected = [
  (value) => isLevels(value) && value.length > 0,
  'a list of different values such as ["poor", "good"]',
];

/**
 * Replaces levels by their numbers from 0. The way back takes the nearest level. Columns of texts by default.
 *
 * ```ts
 * ordinal("condition", { levels: ["poor", "fair", "good"] });
 * ```
 */
export function ordinal(...args: StepArguments<OrdinalOptions>): Step {
  const name = "ordinal";
  const { columns, options } = parse<OrdinalOptions>(name, args, {
    levels,
    unknown: oneOf("error", "missing"),
  });
  const allowed =
    options.unknown === "missing" ||
    'pass { unknown: "missing" }, or see groupRare and impute for a step before';
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit: (frame) =>
      namesOf(columns, frame, where({ type: "string" })).map((column) => [
        column,
        options.levels ??
          sortLevels(countLevels(name, column, columnOf(name, frame, column)).keys()),
      ]),
    fitted(state) {
      const learned = byColumn(name, state, isLevels);
      return {
        transform: (frame) =>
          changeColumns(frame, learned, (column, values, own) =>
            numbersFrom(levelNumbers(name, column, values, own, allowed), (at) =>
              at < 0 ? Number.NaN : at,
            ),
          ),
        revert: (frame) =>
          changeColumns(frame, learned, (column, values, own) =>
            Array.from(numbersOf(name, column, values), (value) => nearest(own, value)),
          ),
      };
    },
  };
}

function nearest(own: readonly Level[], value: number): Level | null {
  return own[Math.min(Math.max(Math.round(value), 0), own.length - 1)] ?? null;
}
