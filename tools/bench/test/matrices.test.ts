import { expect, it } from "vitest";
import { type Operands, productError, randomOperands, tolerance } from "../products/matrices.ts";

const operands = randomOperands(64);

function multiply({ size, a, b }: Operands): Float32Array {
  return Float32Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += a[row * size + k]! * b[k * size + column]!;
    return sum;
  });
}

it("takes the right product for right", () => {
  expect(productError(operands, multiply(operands))).toBeLessThan(1e-6);
});

it("draws the same numbers from -1 to 1 every time, others for either matrix", () => {
  expect(randomOperands(64)).toEqual(operands);
  expect(operands.a).not.toEqual(operands.b);
  for (const matrix of [operands.a, operands.b]) {
    expect(Math.min(...matrix)).toBeGreaterThanOrEqual(-1);
    expect(Math.min(...matrix)).toBeLessThan(-0.9);
    expect(Math.max(...matrix)).toBeGreaterThan(0.9);
  }
});

it.each([
  ["an element that is off", (c: Float32Array) => (c[1234]! += 0.1)],
  ["an element that was forgotten", (c: Float32Array) => (c[4095] = 0)],
  ["two rows that are exchanged", (c: Float32Array) => c.copyWithin(0, 64, 128)],
  ["a number that is none", (c: Float32Array) => (c[7] = Number.NaN)],
])("finds %s", (_, spoil) => {
  const product = multiply(operands);
  spoil(product);
  expect(productError(operands, product)).toBeGreaterThan(tolerance);
});

it("finds a transposed product, one of the transposed operands, and one of another size", () => {
  const { size, a, b } = operands;
  const transposed = (x: Float32Array): Float32Array =>
    x.map((_, i) => x[(i % size) * size + Math.floor(i / size)]!);
  expect(productError(operands, transposed(multiply(operands)))).toBeGreaterThan(tolerance);
  const other = multiply({ size, a: b, b: a });
  expect(productError(operands, other)).toBeGreaterThan(tolerance);
  expect(productError(operands, multiply(operands).subarray(64))).toBe(Infinity);
});

it("finds sums in fewer bits", () => {
  const rough = (x: Float32Array): Float32Array =>
    x.map((value) => Math.round(value * 2048) / 2048);
  const { size, a, b } = operands;
  const product = multiply({ size, a: rough(a), b: rough(b) });
  expect(productError(operands, product)).toBeGreaterThan(tolerance);
});
