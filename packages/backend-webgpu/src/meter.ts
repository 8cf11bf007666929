/** How many elementary operations a slow device does in a millisecond: an old graphics unit, or software on two cores. */
export const SLOW = 2e6;

/** Milliseconds that a kernel takes to begin. */
const BEGIN = 0.01;

/** What is not worth that many milliseconds is not measured; clocks of browsers may be coarser, or stand still. */
const LEAST = 1;

/** A measurement changes what is known by at most these factors. What is too slow by accident is soon mended. */
const [SLOWER, QUICKER] = [1 / 4, 8];

/** How quickly a program runs on a device, as far as that is known. */
export interface Pace {
  operationsPerMs: number;
  /** Whether it was never measured: its shaders may be compiled in the time of the first measurement. */
  isNew: boolean;
}

/** What a device is given to do. */
export interface Load {
  readonly kernels: number;
  readonly work: number;
}

/** Learns how quickly programs run, from what is submitted anyway, without waiting for it. */
export interface Meter {
  /** That of a program which has not run yet: a slow device's. Each has one, since they differ by orders of magnitude. */
  newPace(): Pace;
  /** Tells what has just been submitted. */
  submitted(pace: Pace, load: Load): void;
}

/** The milliseconds that a load is about to take. */
export function timeOf({ operationsPerMs }: Pace, { kernels, work }: Load): number {
  return kernels * BEGIN + work / operationsPerMs;
}

/** A meter of a device's queue. */
export function makeMeter(
  queue: Pick<GPUQueue, "onSubmittedWorkDone">,
  operationsPerMs: number,
  now: () => number = () => performance.now(),
): Meter {
  /** What was submitted since the last measurement began, and when. */
  let open = new Map<Pace, Load>();
  let since = 0;
  let isMeasuring = false;
  const measure = (): void => {
    const loads = open;
    const begin = since;
    open = new Map();
    queue.onSubmittedWorkDone().then(
      () => {
        // The time includes what was queued before, so that nothing is ever taken for quicker than it is.
        learn(loads, now() - begin);
        isMeasuring = totalOf(open) >= LEAST;
        if (isMeasuring) measure();
        else open.clear();
      },
      () => {}, // The device is lost.
    );
  };
  return {
    newPace: () => ({ operationsPerMs, isNew: true }),
    submitted(pace, load) {
      if (!isMeasuring && timeOf(pace, load) < LEAST) return;
      if (open.size === 0) since = now();
      const { kernels, work } = open.get(pace) ?? { kernels: 0, work: 0 };
      open.set(pace, { kernels: kernels + load.kernels, work: work + load.work });
      if (isMeasuring) return;
      isMeasuring = true;
      // What is submitted in one go is measured as one, since no time can be told before the end of that.
      queueMicrotask(measure);
    },
  };
}

function learn(loads: ReadonlyMap<Pace, Load>, elapsed: number): void {
  let beginning = 0;
  let expected = 0;
  for (const [{ operationsPerMs }, { kernels, work }] of loads) {
    beginning += kernels * BEGIN;
    expected += work / operationsPerMs;
  }
  const spent = Math.max(LEAST, elapsed);
  // Not all of it is spent on beginning, however many kernels there are.
  const working = Math.max(spent - beginning, spent / 4);
  const change = Math.min(QUICKER, Math.max(SLOWER, expected / working));
  for (const pace of loads.keys()) {
    pace.operationsPerMs *= pace.isNew ? Math.max(1, change) : change;
    pace.isNew = false;
  }
}

function totalOf(loads: ReadonlyMap<Pace, Load>): number {
  return [...loads].reduce((sum, [pace, load]) => sum + timeOf(pace, load), 0);
}
