import { newStopwatch } from "./stopwatch.ts";
import { type Measurement, peakMemoryMiB, type Told } from "./task.ts";

/** Something that has its data, and does the same again and again. */
export interface Repeated {
  /** Does so many steps and waits for them. */
  run(steps: number): void | Promise<void>;
  /** What making up data took, in milliseconds. */
  readonly dataMs: number;
  readonly version: string;
}

/**
 * Measures in blocks of steps, whose length is doubled until they take long enough: by default 10 ms, as `fit` reports on
 * chunks of that length.
 */
export async function measureBlocks(
  { spawned, timing }: Told,
  prepare: () => Repeated | Promise<Repeated>,
  blockMs = 10,
): Promise<Measurement> {
  const repeated = await prepare();
  const stopwatch = newStopwatch(timing);
  const started = performance.now();
  let done = 0;
  let length = 1;
  for (;;) {
    const before = performance.now();
    await repeated.run(length);
    done += length;
    if (stopwatch.lap(done)) break;
    if (done > 1 && performance.now() - before < blockMs / 2) length *= 2;
  }
  const { first, usPerStep } = stopwatch;
  return {
    usPerStep,
    compileMs: Math.max(0, first!.at - started - usPerStep / 1000),
    startMs: performance.timeOrigin + first!.at - spawned - repeated.dataMs,
    peakMemoryMiB: peakMemoryMiB(),
    version: repeated.version,
  };
}
