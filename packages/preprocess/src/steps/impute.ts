import { check, type Json } from "@nn/core";
import { type Expected, namesOf, oneOf, parse, type StepArguments } from "../arguments.ts";
import {
  type Column,
  columnFrom,
  isMissing,
  knownNumbers,
  numbersOf,
  typeOf,
} from "../frame/column.ts";
import { changeColumns, columnOf } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { countLevels, isLevel, type Level, sortLevels } from "../levels.ts";
import { where } from "../scopes.ts";
import { byColumn } from "../state.ts";
import { meanOf, quantilesOf } from "../statistics.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `impute`. */
export interface ImputeOptions {
  /**
   * What to put in: the mean, the median or the most frequent value of the training rows; "median" by default. Of values
   * that are equally frequent, the mode is the smallest.
   */
  readonly with?: "mean" | "median" | "mode";
  /** A value to put in instead. */
  readonly value?: Level;
}

const value: Expected = [isLevel, "a text, a finite number, true or false"];

/**
 * Fills in missing values. By default in all columns of numbers, or of texts where `value` is one. There is no way back:
 * what was missing stays filled in.
 *
 * ```ts
 * impute("bedrooms", "bathrooms");
 * impute("kind", { with: "mode" });
 * impute("basement", { value: 0 });
 * ```
 */
export function impute(...args: StepArguments<ImputeOptions>): Step {
  const name = "impute";
  const { columns, options } = parse<ImputeOptions>(name, args, {
    with: oneOf("mean", "median", "mode"),
    value,
  });
  check(
    options.with === undefined || options.value === undefined,
    () => `${name}: expected either with or value, got both`,
  );
  const all = where({ type: typeof (options.value ?? 0) as "number" | "string" | "boolean" });
  const learn = (column: string, values: Column): Level => {
    if (options.value !== undefined) return options.value;
    if (options.with === "mode") return modeOf(column, values);
    check(
      ["number", "boolean"].includes(typeOf(values)),
      () => `${name}: column '${column}' is not one of numbers; pass { with: "mode" } or a value`,
    );
    const known = knownNumbers(name, column, numbersOf(name, column, values));
    const learned = options.with === "mean" ? meanOf(known) : quantilesOf(known, [0.5])[0]!;
    return learned + 0;
  };
  return {
    kind: kindOf(name),
    config: { columns, ...options },
    fit: (frame): Json =>
      namesOf(columns, frame, all).map((column) => [
        column,
        learn(column, columnOf(name, frame, column)),
      ]),
    fitted(state) {
      const learned = byColumn(name, state, isLevel);
      return {
        transform: (frame) =>
          changeColumns(frame, learned, (_, values, level) => filled(values, level)),
      };
    },
  };
}

function filled(values: Column, level: Level): Column {
  if (!values.some(isMissing)) return values;
  if (values instanceof Float64Array && typeof level === "number")
    return values.map((one) => (Number.isNaN(one) ? level : one));
  return columnFrom(Array.from<unknown, unknown>(values, (one) => (isMissing(one) ? level : one)));
}

function modeOf(name: string, values: Column): Level {
  const counts = countLevels("impute", name, values);
  const most = [...counts.values()].reduce((a, b) => Math.max(a, b));
  return sortLevels(counts.keys()).find((level) => counts.get(level) === most)!;
}
