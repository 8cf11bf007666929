import type { FoldData } from "./data/source.ts";
import { type FinishedFold, finishFold } from "./finish-fold.ts";
import { FoldError } from "./fold-error.ts";
import type { Plan } from "./plan.ts";
import { runMember, type TrainedMember } from "./run-member.ts";

/** What came of the folds. */
export interface Outcome {
  /** Those that finished, by their number. */
  readonly finished: readonly FinishedFold[];
  /** Why the others did not, unless it is the signal. */
  readonly failure: FoldError | undefined;
}

/** A fold in which something has begun. Its members share its data. */
interface OpenFold {
  readonly data: Promise<FoldData>;
  readonly trained: TrainedMember[];
}

/**
 * Trains the members of all folds, as many at a time as the executor takes. After the first failure the others are ended,
 * too.
 */
export async function runAll(plan: Plan): Promise<Outcome> {
  const { options, splits, members, place, source } = plan;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const open = new Map<number, OpenFold>();
  const finished: FinishedFold[] = [];
  let failure: FoldError | undefined;

  const opened = (fold: number): OpenFold => {
    const found = open.get(fold);
    if (found) return found;
    // A function that is async turns errors of sources that are not into rejections.
    const prepare = async (): Promise<FoldData> => source.fold(splits[fold]!);
    const fresh = { data: prepare(), trained: [] };
    open.set(fold, fresh);
    return fresh;
  };
  const close = async (fold: number): Promise<void> => {
    const found = open.get(fold);
    open.delete(fold);
    (await found?.data)?.release();
  };

  let next = 0;
  const runs = splits.length * members;
  const work = async (): Promise<void> => {
    while (next < runs && !signal.aborted) {
      const [fold, member] = [Math.floor(next / members), next % members];
      next++;
      let training: number | undefined;
      try {
        const { data, trained } = opened(fold);
        const ready = await data;
        training = members > 1 ? member : undefined;
        const result = await runMember(plan, { fold, member }, ready, signal);
        training = undefined;
        if (result) trained.push(result);
        if (!result || trained.length < members) continue;
        const inOrder = trained.toSorted((a, b) => a.info.member - b.info.member);
        finished[fold] = await finishFold(plan, fold, ready, inOrder);
        await close(fold);
      } catch (error) {
        // Executors refuse jobs that are not wanted any more with the signal's reason. Everything else is told.
        if (signal.aborted && error === signal.reason) return;
        failure ??= new FoldError(fold, error, training);
        stop.abort(failure);
      }
    }
  };
  const lanes = Math.min(runs, place?.executor.concurrency ?? 1);
  await Promise.all(Array.from({ length: lanes }, work));
  // What could not be prepared has failed, and there is nothing to give back.
  await Promise.all([...open.keys()].map((fold) => close(fold).catch(() => undefined)));
  return { finished: finished.filter((fold) => fold !== undefined), failure };
}
