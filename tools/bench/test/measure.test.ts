import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { measureProduct, type Multiplier } from "../products/measure.ts";
import type { Operands } from "../products/matrices.ts";

const task = { size: 16, spawned: Date.now(), timing: { warmUp: 0, window: 1 } };

/** Takes its time, and multiplies when it is asked; `spoil` is told how many products there were. */
function multiplier(
  { size, a, b }: Operands,
  spoil: (product: Float32Array, times: number) => void,
): Multiplier {
  let done = 0;
  return {
    version: "by hand",
    async run(times) {
      done += times;
      await setTimeout(20 * times);
    },
    async read() {
      const product = new Float32Array(size * size).map((_, at) => {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += a[at - (at % size) + k]! * b[k * size + (at % size)]!;
        return sum;
      });
      spoil(product, done);
      return product;
    },
  };
}

it("measures a product that is right", async () => {
  const measured = await measureProduct(task, async (operands) =>
    multiplier(operands, () => undefined),
  );
  expect(measured.relativeError).toBeLessThan(1e-6);
  expect(measured.usPerStep).toBeGreaterThan(10_000);
});

it("refuses one that is only wrong after many", async () => {
  const late = measureProduct(task, async (operands) =>
    multiplier(operands, (product, times) => {
      if (times > 1) product[3] = 0;
    }),
  );
  await expect(late).rejects.toThrow(/a wrong product \(by hand\): it is off by 0\.\d/);
});
