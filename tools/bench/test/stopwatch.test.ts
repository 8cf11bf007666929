import { expect, it } from "vitest";
import { newStopwatch } from "../stopwatch.ts";

/** Runs laps of so many steps and milliseconds until the stopwatch has seen enough. */
function run(laps: Iterable<readonly [steps: number, ms: number]>) {
  let now = 1000;
  let steps = 0;
  const stopwatch = newStopwatch({ warmUp: 50, window: 100 }, () => now);
  for (const [more, ms] of laps) {
    now += ms;
    steps += more;
    if (stopwatch.lap(steps)) return { stopwatch, now, steps };
  }
  throw new Error("the stopwatch has not seen enough");
}

it("leaves out the first step and the warm-up", () => {
  const { stopwatch } = run([
    [1, 500],
    [1, 60],
    ...Array.from({ length: 200 }, () => [1, 2] as const),
  ]);
  expect(stopwatch.first).toEqual({ at: 1500, steps: 1 });
  expect(stopwatch.usPerStep).toBe(2000);
});

it("lets a slow contestant do a few steps before it counts", () => {
  const { stopwatch, steps } = run(Array.from({ length: 9 }, (_, i) => [1, i < 6 ? 400 : 150]));
  expect(steps).toBe(7);
  expect(stopwatch.usPerStep).toBe(150_000);
});

it("begins anew when a chunk has a new length, for which something is compiled", () => {
  const steady = Array.from({ length: 30 }, () => [4, 10] as const);
  const { stopwatch, steps } = run([
    ...steady.slice(0, 12),
    [16, 90],
    ...Array.from({ length: 30 }, () => [16, 20] as const),
  ]);
  expect(steps).toBe(12 * 4 + 16 + 5 * 16);
  expect(stopwatch.usPerStep).toBe(1250);
});
