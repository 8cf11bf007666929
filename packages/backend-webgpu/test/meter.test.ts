import { expect, test } from "vitest";
import { makeMeter, timeOf, type Load, type Pace } from "../src/meter.ts";

/**
 * A queue that does so many operations in a millisecond, one thing after the other, on a clock of its own. Where it is
 * late, it tells nothing before all is done.
 */
function simulated(operationsPerMs: number, isLate = false) {
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
      await Promise.resolve();
      while (waiting.length > 0) {
        const next = waiting.shift()!;
        time = Math.max(time, isLate ? busyUntil : next.at);
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

test("neither does a first run that is submitted in parts", async () => {
  const device = simulated(1e6);
  const meter = makeMeter(device.queue, 1e6, device.now);
  const pace = meter.newPace();
  for (let part = 0; part < 4; part++) {
    const load = { kernels: 1, work: 1e8 };
    device.submit({ ...load, work: 1e9 });
    meter.submitted(pace, load);
  }
  await device.finish();
  expect(pace.operationsPerMs).toBe(1e6);
});

test.each([
  ["all at once", 100, 1],
  ["one by one", 1, 100],
])(
  "a program that was taken for far too slow recovers, however its runs come: %s",
  async (_, together, goes) => {
    const device = simulated(1e6, true);
    const meter = makeMeter(device.queue, 1e6, device.now);
    const pace = meter.newPace();
    pace.operationsPerMs = 1e5;
    for (let turn = 0; turn < 10; turn++) {
      for (let go = 0; go < goes; go++) {
        for (let run = 0; run < together; run++) {
          const load = { kernels: 1, work: 1e8 };
          device.submit(load);
          meter.submitted(pace, load);
        }
        await Promise.resolve();
      }
      await device.finish();
    }
    expect(pace.operationsPerMs / 1e6).toBeCloseTo(1, 1);
  },
);

test("a clock that stands still makes no device infinitely quick", async () => {
  const device = simulated(1e6);
  let now = () => 0;
  const meter = makeMeter(device.queue, 1e6, () => now());
  const pace = meter.newPace();
  const run = async (): Promise<void> => {
    const load = { kernels: 1000, work: 1e8 };
    device.submit(load);
    meter.submitted(pace, load);
    await device.finish();
  };
  for (let count = 0; count < 500; count++) await run();
  expect(pace.operationsPerMs).toBeLessThan(1e9);
  now = device.now;
  for (let count = 0; count < 10; count++) await run();
  expect(pace.operationsPerMs / 1e6).toBeCloseTo(1, 0);
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
