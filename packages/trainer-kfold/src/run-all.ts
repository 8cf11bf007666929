import { type FinishedFold, finishFold } from "./finish-fold.ts";
import { FoldError } from "./fold-error.ts";
import type { RenewablePlan } from "./renewable-plan.ts";
import { memberRun, type TrainedMember } from "./run-member.ts";

/** What came of the folds. */
export interface Outcome {
  /** Those that finished, by their number. */
  readonly finished: readonly FinishedFold[];
  /** Why the others did not, unless it is the signal. */
  readonly failure: FoldError | undefined;
}

/**
 * Trains the members of all folds, as many at a time as the executor takes. After the first failure the others are ended,
 * too.
 */
export async function runAll(
  plans: RenewablePlan,
  given: AbortSignal | undefined,
): Promise<Outcome> {
  const { splits, members, place } = await plans.attempt(async (plan) => plan);
  const stop = new AbortController();
  const signal = given ? AbortSignal.any([given, stop.signal]) : stop.signal;
  const trained = splits.map((): TrainedMember[] => []);
  const finished: FinishedFold[] = [];
  let failure: FoldError | undefined;

  const finish = async (fold: number): Promise<void> => {
    const inOrder = trained[fold]!.toSorted((a, b) => a.info.member - b.info.member);
    finished[fold] = await plans.attempt(async (plan) => {
      const { open } = plan;
      const done = await finishFold(plan, fold, await open.data(fold), inOrder);
      await open.close(fold);
      return done;
    });
  };
  let next = 0;
  const runs = splits.length * members;
  const work = async (): Promise<void> => {
    while (next < runs && !signal.aborted) {
      const [fold, member] = [Math.floor(next / members), next % members];
      next++;
      let training: number | undefined;
      try {
        const train = memberRun({ fold, member }, signal);
        const result = await plans.attempt(async (plan) => {
          const data = await plan.open.data(fold);
          training = members > 1 ? member : undefined;
          return train(plan, data);
        });
        training = undefined;
        if (result && trained[fold]!.push(result) === members) await finish(fold);
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
  return { finished: finished.filter((fold) => fold !== undefined), failure };
}
