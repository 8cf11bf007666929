import { FoldError } from "./fold-error.ts";
import type { Plan } from "./plan.ts";
import { type FinishedFold, runOne } from "./run-one.ts";

/** What came of the folds. */
export interface Outcome {
  /** Those that finished, by their number. */
  readonly finished: readonly FinishedFold[];
  /** Why the others did not, unless it is the signal. */
  readonly failure: FoldError | undefined;
}

/** Runs folds, as many at a time as the executor takes. After the first failure the others are ended, too. */
export async function runAll(plan: Plan): Promise<Outcome> {
  const { options, splits, place } = plan;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const finished: FinishedFold[] = [];
  let failure: FoldError | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < splits.length && !signal.aborted) {
      const fold = next++;
      try {
        const result = await runOne(plan, fold, signal);
        if (result) finished[fold] = result;
      } catch (error) {
        // Executors refuse jobs that are not wanted any more with the signal's reason. Everything else is told.
        if (signal.aborted && error === signal.reason) return;
        failure ??= new FoldError(fold, error);
        stop.abort(failure);
      }
    }
  };
  const lanes = Math.min(splits.length, place?.executor.concurrency ?? 1);
  await Promise.all(Array.from({ length: lanes }, work));
  return { finished: finished.filter((fold) => fold !== undefined), failure };
}
