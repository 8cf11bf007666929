/** How long to measure, in milliseconds. */
export interface Timing {
  /** How long to let the contestant run in after its first step; at least `warmUpSteps` steps. */
  readonly warmUp: number;
  /** How long to measure then, at least. */
  readonly window: number;
}

/** Engines compile what has run a few times, however long that took. */
const warmUpSteps = 5;

/** Finds the time of a step from the outside: from reports on how many steps are done. */
export interface Stopwatch {
  /** Takes note of how many steps are done by now; true once enough has been seen. */
  lap(steps: number): boolean;
  /** When the first lap ended, in the clock's milliseconds, and how many steps it had. */
  readonly first: { readonly at: number; readonly steps: number } | undefined;
  /** Microseconds per step in the steady state. */
  readonly usPerStep: number;
}

/**
 * A stopwatch for a contestant that reports after every few steps. The measured window begins after the warm-up, and
 * begins anew when a lap has a number of steps that has not been seen before: `fit` compiles a program for each length
 * of a chunk. So the figure is (end - begin) / steps over at least `window` ms in which nothing was compiled.
 */
export function newStopwatch(timing: Timing, clock = () => performance.now()): Stopwatch {
  const known = new Set<number>();
  let first: Stopwatch["first"];
  let begin: { readonly at: number; readonly steps: number } | undefined;
  let last = 0;
  let usPerStep = Number.NaN;
  return {
    lap(steps) {
      const at = clock();
      first ??= { at, steps };
      const isNew = known.size < known.add(steps - last).size;
      last = steps;
      if (isNew) begin = undefined;
      else if (begin && at - begin.at >= timing.window) {
        usPerStep = ((at - begin.at) * 1000) / (steps - begin.steps);
        return true;
      }
      if (at - first.at >= timing.warmUp && steps > warmUpSteps) begin ??= { at, steps };
      return false;
    },
    get first() {
      return first;
    },
    get usPerStep() {
      return usPerStep;
    },
  };
}
