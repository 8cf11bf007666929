import { check } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkNames, checkSeed, checkWhole } from "../check-options.ts";
import type { Split, Splitter } from "./splitter.ts";

/** What can be chosen for `repeated`. */
export interface RepeatedOptions {
  /** The folds are those of this seed, whatever seed `kFold` trains with, as of `kFolds`; that of `kFold` by default. */
  readonly seed?: number;
}

/**
 * The folds of another splitter several times, each time with other random numbers. Every row is held back as many
 * times, and its out-of-fold prediction is the mean.
 *
 * ```ts
 * await kFold({ folds: repeated(kFolds({ folds: 5 }), 10), ...options }); // 50 folds
 * ```
 */
export function repeated(
  splitter: Splitter,
  times: number,
  options: RepeatedOptions = {},
): Splitter {
  check(
    typeof splitter?.split === "function",
    () => `repeated: expected a splitter such as kFolds(), got ${String(splitter)}`,
  );
  checkWhole("repeated: times", times, 1);
  checkNames("repeated", options, ["seed"]);
  const { seed: own } = options;
  if (own !== undefined) checkSeed("repeated: seed", own);
  return {
    kind: kindOf("repeated"),
    config: { splitter, times, seed: own },
    split(data) {
      const rounds = Array.from({ length: times }, (_, round) =>
        splitter.split({ ...data, seed: (own ?? data.seed) + round * 2 ** 32 }),
      );
      check(
        times === 1 || rounds.some((round) => !sameSplits(rounds[0]!, round)),
        () =>
          `repeated: ${splitter.kind} gives the same folds every time; repeat one that shuffles, such as kFolds(), and ` +
          "give a seed to repeated() and not to that",
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
