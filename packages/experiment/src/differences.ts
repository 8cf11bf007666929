import type { RunRecord } from "./record.ts";

/** Something that is not as it was. */
export interface Difference {
  /** What, as in `data`, `versions/@nn/core` or `environment/numerics`. */
  readonly what: string;
  readonly before: string;
  readonly now: string;
  /** Whether results may differ by it; a processor changes none with `numerics: "strict"`. */
  readonly matters: boolean;
}

/**
 * What differs between where and with what two runs took place: data, versions, revision, environment. Nothing where the
 * second must come to the bits of the first.
 *
 * ```ts
 * differences(before.record, await circumstancesOf(experiment, { data: "houses.csv" }));
 * ```
 */
export function differences(
  before: Pick<RunRecord, "data" | "versions" | "git" | "environment">,
  now: Pick<RunRecord, "data" | "versions" | "git" | "environment">,
): readonly Difference[] {
  return [{ what: "", before: before.data.file, now: now.data.file, matters: true }];
}
