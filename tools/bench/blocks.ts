import { newStopwatch } from "../stopwatch.ts";
import { type Measurement, peakMemoryMiB, type Task } from "../task.ts";

/** A peer that has its data and its model. */
export interface Training {
  /** Does so many steps and waits for them. */
  run(steps: number): void | Promise<void>;
  /** What making up data took, in milliseconds. */
  readonly dataMs: number;
  readonly version: string;
}

/** How long a block of steps should take, as `fit` reports on chunks of 10 ms. */
const blockMs = 10;

/** Measures a peer in blocks of steps, whose length is doubled until they take long enough. */
export async function measureBlocks(
  { spawned, timing }: Task,
  prepare: () => Training | Promise<Training>,
): Promise<Measurement> {
  const training = await prepare();
  const stopwatch = newStopwatch(timing);
  const started = performance.now();
  let done = 0;
  let length = 1;
  for (;;) {
    const before = performance.now();
    await training.run(length);
    done += length;
    if (stopwatch.lap(done)) break;
    if (done > 1 && performance.now() - before < blockMs / 2) length *= 2;
  }
  const { first, usPerStep } = stopwatch;
  return {
    usPerStep,
    compileMs: Math.max(0, first!.at - started - usPerStep / 1000),
    startMs: performance.timeOrigin + first!.at - spawned - training.dataMs,
    peakMemoryMiB: peakMemoryMiB(),
    version: training.version,
  };
}
