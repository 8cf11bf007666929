import { check } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkWhole } from "../check-options.ts";
import type { Split, Splitter } from "./splitter.ts";

/**
 * The folds of another splitter several times, each time with other random numbers. Every row is held back as many
 * times, and its out-of-fold prediction is the mean.
 *
 * ```ts
 * await kFold({ folds: repeated(kFolds({ folds: 5 }), 10), ...options }); // 50 folds
 * ```
 */
export function repeated(splitter: Splitter, times: number): Splitter {
  check(
    typeof splitter?.split === "function",
    () => `repeated: expected a splitter such as kFolds(), got ${String(splitter)}`,
  );
  checkWhole("repeated: times", times, 1);
  return {
    kind: kindOf("repeated"),
    config: { splitter, times },
    split(data) {
      const rounds = Array.from({ length: times }, (_, round) =>
        splitter.split({ ...data, seed: data.seed + round * 2 ** 32 }),
      );
      check(
        times === 1 || rounds.some((round) => !sameSplits(rounds[0]!, round)),
        () =>
          `repeated: ${splitter.kind} gives the same folds every time; repeat one that shuffles, such as kFolds()`,
      );
      return rounds.flat();
    },
  };
}

function sameSplits(first: readonly Split[], second: readonly Split[]): boolean {
  return first.every(({ validation }, fold) => {
    const other = second[fold]?.validation;
    return other?.length === validation.length && validation.every((row, i) => other[i] === row);
  });
}
