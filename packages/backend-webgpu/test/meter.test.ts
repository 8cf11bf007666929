import { expect, test } from "vitest";
import { makeMeter, timeOf, type Load, type Pace } from "../src/meter.ts";

/** A queue that does so many operations in a millisecond, one thing after the other, on a clock of its own. */
function simulated(operationsPerMs: number) {
  let time = 0;
  let busyUntil = 0;
  const waiting: { at: number; settle: () => void }[] = [];
  const queue = {
    onSubmittedWorkDone: () =>
      new Promise<undefined>((resolve) =>
        waiting.push({ at: busyUntil, settle: () => resolve(undefined) }),
      ),
  };
  return {
    queue,
    now: () => time,
    submit: ({ work }: Load) => (busyUntil = Math.max(time, busyUntil) + work / operationsPerMs),
    /** Waits until all is done. */
    async finish() {
      while (waiting.length > 0) {
        const next = waiting.shift()!;
        time = Math.max(time, next.at);
        next.settle();
        await new Promise((resolve) => setTimeout(resolve));
      }
      time = Math.max(time, busyUntil);
    },
  };
}

test.each([
  ["a quick device", 1e9],
  ["a slow one", 1e4],
])("%s is known after a few runs", async (_, speed) => {
  const device = simulated(speed);
  const meter = makeMeter(device.queue, 1e6, device.now);
  const pace = meter.newPace();
  const load = { kernels: 1, work: 1e10 };
  for (let run = 0; run < 6; run++) {
    device.submit(load);
    meter.submitted(pace, load);
    await device.finish();
  }
  expect(pace.operationsPerMs / speed).toBeCloseTo(1, 2);
});

test("a first run that is slow because shaders are compiled does not make a program slow", async () => {
  const device = simulated(1e6);
  const meter = makeMeter(device.queue, 1e6, device.now);
  const pace = meter.newPace();
  const load = { kernels: 1, work: 1e8 };
  device.submit({ ...load, work: 1e9 });
  meter.submitted(pace, load);
  await device.finish();
  expect(pace.operationsPerMs).toBe(1e6);
});

test("programs are told apart, and one that waits for others is not taken for quicker than it is", async () => {
  const device = simulated(1e6);
  const meter = makeMeter(device.queue, 1e6, device.now);
  const [light, heavy] = [meter.newPace(), meter.newPace()];
  const submit = (pace: Pace, load: Load, actual: number): void => {
    device.submit({ ...load, work: actual });
    meter.submitted(pace, load);
  };
  for (let run = 0; run < 20; run++) {
    submit(light, { kernels: 1, work: 1e8 }, 1e8);
    await device.finish();
    // Its operations take ten times as long as they should.
    submit(heavy, { kernels: 1, work: 1e8 }, 1e9);
    await device.finish();
  }
  expect(light.operationsPerMs / 1e6).toBeCloseTo(1, 2);
  expect(heavy.operationsPerMs / 1e5).toBeCloseTo(1, 2);
  for (let run = 0; run < 5; run++) submit(light, { kernels: 1, work: 1e8 }, 1e8);
  await device.finish();
  expect(light.operationsPerMs).toBeLessThan(1.01e6);
});

test("many small kernels take their time however quick the device is", async () => {
  const device = simulated(1e12);
  const meter = makeMeter(device.queue, 1e6, device.now);
  const pace = meter.newPace();
  for (let run = 0; run < 20; run++) {
    const load = { kernels: 1, work: 1e12 };
    device.submit(load);
    meter.submitted(pace, load);
    await device.finish();
  }
  expect(timeOf(pace, { kernels: 100_000, work: 1 })).toBeGreaterThan(500);
});
