/** How much work may be submitted at once, in milliseconds: watchdogs of systems end what takes some seconds. */
const LIMIT = 250;

/** Decides after how many steps of a loop the work so far is submitted. */
export interface Pace {
  /** Called after each step; true where it is time to submit. */
  isDue(isLast: boolean): boolean;
}

/** Begins with single steps and looks, without waiting, how long they take. */
export function makePace(gpu: GPUDevice): Pace {
  let perSubmission = 1;
  let waiting = 0;
  let isMeasuring = false;
  return {
    isDue(isLast) {
      waiting++;
      if (waiting < perSubmission || isLast) {
        if (isLast) waiting = 0;
        return false;
      }
      const steps = waiting;
      waiting = 0;
      if (!isMeasuring && perSubmission < 10_000) {
        isMeasuring = true;
        const begin = performance.now();
        // The time includes what was queued before, so that steps are never taken for quicker than they are.
        queueMicrotask(() =>
          gpu.queue.onSubmittedWorkDone().then(
            () => {
              isMeasuring = false;
              const ms = Math.max(0.01, (performance.now() - begin) / steps);
              perSubmission = Math.max(1, Math.min(4 * perSubmission, Math.floor(LIMIT / ms)));
            },
            () => {},
          ),
        );
      }
      return true;
    },
  };
}
