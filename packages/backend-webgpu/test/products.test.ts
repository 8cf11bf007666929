import { js } from "@nn/backend-js";
import { add, jit, matmul, mul, relu, scan, sum, tensor, type Tensor } from "@nn/core";
import { expect, test } from "vitest";
import { open } from "./open.ts";
import { numbers } from "./reference.ts";

// As on a real GPU, but from a size that is quick on a software one.
const { backend } = await open({ largeProduct: 1000 });

async function expectAgreement(
  fn: (a: Tensor, b: Tensor) => readonly Tensor[],
  shapes: readonly [readonly number[], readonly number[]],
): Promise<void> {
  const run = jit(fn as (a: Tensor, b: Tensor) => Tensor[]);
  const results = [backend, js()].map((on) =>
    run(numbers(on, 1, shapes[0]), numbers(on, 2, shapes[1])),
  );
  for (const [i, actual] of results[0]!.entries()) {
    const got = await actual.read();
    const want = results[1]![i]!.readSync();
    got.forEach((value, at) =>
      expect(Math.abs(value - want[at]!), `${i}, ${at}`).toBeLessThan(1e-4),
    );
  }
}

test("products by TensorFlow.js's kernel agree, transposed and not, also where tiles are not full", async () => {
  const check = async (
    [rows, inner, columns]: readonly [number, number, number],
    transposeA: boolean,
    transposeB: boolean,
  ): Promise<void> =>
    expectAgreement(
      (a, b) => [matmul(a, b, { transposeA, transposeB })],
      [
        transposeA ? [inner, rows] : [rows, inner],
        transposeB ? [columns, inner] : [inner, columns],
      ],
    );
  await check([64, 48, 32], false, false);
  await check([33, 17, 5], true, false);
  await check([33, 17, 5], false, true);
});

test("stacks, operands that are computed, and loops", async () => {
  await expectAgreement(
    (a, b) => [relu(matmul(mul(a, 2), b))],
    [
      [3, 16, 12],
      [3, 12, 16],
    ],
  );
  await expectAgreement(
    (a, b) => {
      const [last, sums] = scan((x: Tensor) => [add(mul(matmul(x, b), 0.1), a), sum(x)], a, [], {
        length: 5,
      });
      return [last, sums];
    },
    [
      [20, 16],
      [16, 16],
    ],
  );
});

test("an infinity beyond the inner dimension reaches no product that it is not part of", async () => {
  const a = tensor(backend, new Float32Array(20 * 6).fill(1), { shape: [20, 6] });
  const data = new Float32Array(6 * 20).fill(1);
  data[119] = Infinity;
  const product = await matmul(a, tensor(backend, data, { shape: [6, 20] })).read();
  expect(product.every((value, i) => value === (i % 20 === 19 ? Infinity : 6))).toBe(true);
});

test("stacks and matrices that are too long for TensorFlow.js's kernel are ours", async () => {
  const total = (a: Tensor, b: Tensor) => [sum(matmul(a, b))];
  const ones = (shape: number[]): Tensor =>
    tensor(backend, new Float32Array(shape.reduce((x, y) => x * y)).fill(1), { shape });
  const totalOf = (a: number[], b: number[]): Promise<Float32Array> =>
    jit(total)(ones(a), ones(b))[0]!.read() as Promise<Float32Array>;
  expect(await totalOf([65_536, 1, 2], [65_536, 2, 1])).toEqual(Float32Array.of(2 ** 17));
  expect(await totalOf([2 ** 21, 2], [2, 1])).toEqual(Float32Array.of(2 ** 22));
});
