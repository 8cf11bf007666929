import { check } from "@nn/core";
import {
  type Expected,
  namesOf,
  parse,
  positive,
  type StepArguments,
  text,
  wholeFrom,
} from "../arguments.ts";
import { isMissing } from "../frame/column.ts";
import { changeColumns, columnOf } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { countLevels, isLevels, sortLevels } from "../levels.ts";
import { where } from "../scopes.ts";
import { byColumn } from "../state.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `groupRare`. */
export interface GroupRareOptions {
  /** The least share of rows that a level stands in on its own; 0.01 by default. */
  readonly share?: number;
  /** The least number of rows instead. */
  readonly rows?: number;
  /** What the others are called; "other" by default. */
  readonly name?: string;
}

const share: Expected = [
  (value) => positive[0](value) && (value as number) < 1,
  "a number above 0 and below 1",
];

/**
 * Replaces levels that few training rows have, and those that there were not in training, by one. Missing values remain.
 * There is no way back from it. Columns of texts by default.
 *
 * ```ts
 * pipeline([groupRare("zipcode", { rows: 50 }), oneHot("zipcode", { unknown: "zeros" })]);
 * ```
 */
export function groupRare(...args: StepArguments<GroupRareOptions>): Step {
  const kind = "groupRare";
  const { columns, options } = parse<GroupRareOptions>(kind, args, {
    share,
    rows: wholeFrom(1),
    name: text,
  });
  check(
    options.share === undefined || options.rows === undefined,
    () => `${kind}: expected either share or rows, got both`,
  );
  const { name = "other" } = options;
  return {
    kind: kindOf(kind),
    config: { columns, ...options },
    fit: (frame) =>
      namesOf(columns, frame, where({ type: "string" })).map((column) => {
        const counts = countLevels(kind, column, columnOf(kind, frame, column));
        const least = options.rows ?? (options.share ?? 0.01) * frame.rows;
        return [
          column,
          sortLevels([...counts.keys()].filter((level) => counts.get(level)! >= least)),
        ];
      }),
    fitted(state) {
      const learned = byColumn(kind, state, isLevels);
      return {
        transform: (frame) =>
          changeColumns(frame, learned, (_, values, kept) => {
            const common = new Set<unknown>(kept);
            return Array.from<unknown, unknown>(values, (value) =>
              isMissing(value) ? null : common.has(value) ? value : name,
            );
          }),
      };
    },
  };
}
