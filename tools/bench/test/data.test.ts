import { expect, it } from "vitest";
import { syntheticData } from "../data.ts";
import { gpuWorkloads, workloads } from "../workloads/index.ts";
import { xor } from "../workloads/xor.ts";

it("repeats a workload's own examples", () => {
  const { inputs, targets } = syntheticData(xor, 8);
  expect(Array.from(inputs.subarray(8))).toEqual([0, 0, 0, 1, 1, 0, 1, 1]);
  expect(Array.from(targets)).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
});

it.each([...workloads, ...gpuWorkloads(128)])(
  "makes data in the shape of $name, the same every time",
  (workload) => {
    const { inputShape, classes = 0, batchSize } = workload;
    const { inputs, targets } = syntheticData(workload, batchSize);
    expect(inputs.length).toBe(inputShape.reduce((product, length) => product * length, batchSize));
    expect(targets.length).toBe(batchSize);
    expect(targets).toBeInstanceOf(classes ? Int32Array : Float32Array);
    expect(Math.max(...targets)).toBeLessThan(classes || 1.1);
    expect(syntheticData(workload, batchSize)).toEqual({ inputs, targets });
  },
);
