import { expect, it } from "vitest";
import { productFlops, stepFlops } from "../flops.ts";
import { cnn } from "../workloads/cnn.ts";
import { gpuWorkloads } from "../workloads/index.ts";
import { lstm } from "../workloads/lstm.ts";
import { xor } from "../workloads/xor.ts";

/** Every addition and multiplication of a product of [rows, inner] and [inner, columns], one by one. */
function counted(rows: number, inner: number, columns: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) for (let i = 0; i < inner; i++) count += 2;
  return count;
}

it("counts the products of a step one by one", () => {
  // 2-3-1, a batch of 4: the outputs, the gradients of the weights, and that of the hidden layer.
  const forward = counted(4, 2, 3) + counted(4, 3, 1);
  const ofWeights = counted(2, 4, 3) + counted(3, 4, 1);
  const ofHidden = counted(4, 1, 3);
  expect(stepFlops(xor)).toBe(forward + ofWeights + ofHidden);
});

it("counts 466 GFLOP for the large workload at 4,096", () => {
  const [large] = gpuWorkloads(4096);
  const [first, second, third] = [784 * 4096, 4096 * 4096, 4096 * 10];
  expect(stepFlops(large!)).toBe(2 * 4096 * (2 * first + 3 * second + 3 * third));
  expect(stepFlops(large!)! / 1e9).toBeCloseTo(465.94, 2);
});

it("says nothing about layers other than dense ones", () => {
  expect(stepFlops(cnn)).toBeUndefined();
  expect(stepFlops(lstm)).toBeUndefined();
});

it("counts two operations for each of n³ multiplications", () => {
  expect(productFlops(5)).toBe(counted(5, 5, 5));
});
