import {
  flatten,
  gradient,
  jit,
  mul,
  stack,
  sum,
  tensor,
  vectorize,
  type Backend,
  type DType,
  type Tensor,
} from "@nn/core";
import { expect } from "vitest";

/** A function of tensors with one result. */
export type Fn = (...inputs: Tensor[]) => Tensor;

/** Numbers between -1 and 1 that look random and are the same in every run (Park and Miller). */
export function numbers(count: number, seed = 1): number[] {
  let state = seed * 7919 + 1;
  return Array.from(
    { length: count },
    () => ((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1,
  );
}

/** Such numbers as a tensor, f64 unless told otherwise. */
export function random(
  backend: Backend,
  shape: readonly number[],
  seed = 1,
  dtype: DType = "f64",
): Tensor {
  const count = shape.reduce((size, length) => size * length, 1);
  return tensor(backend, Float64Array.from(numbers(count, seed)), { shape, dtype });
}

/** The elements as plain numbers. */
export function values(x: Tensor): number[] {
  return Array.from(x.readSync());
}

/** Asserts elements that are equal up to `tolerance · max(1, |expected|)`, or both NaN, or the same infinity. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-12,
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    if (Object.is(a, b) || a === b) continue;
    if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))))
      expect.fail(
        `element ${i} is ${a}, expected ${b} within ${tolerance}: ${preview(actual)}, ${preview(expected)}`,
      );
  }
}

function preview(all: ArrayLike<number>): string {
  return `[${Array.from(all).slice(0, 12).join(", ")}${all.length > 12 ? ", …" : ""}]`;
}

/**
 * Asserts that the gradients of `fn` with respect to its float inputs, contracted with fixed numbers, are central
 * differences (f64); and the gradients of those gradients too.
 */
export function expectGradients(fn: Fn, inputs: readonly Tensor[], order: 1 | 2 = 2): void {
  const backend = backendOf(inputs);
  const positions = inputs.flatMap(({ dtype }, i) => (dtype === "f64" ? [i] : []));
  const floats = positions.map((i) => inputs[i]!);
  const whole = (given: readonly Tensor[]): Tensor[] => {
    const all = [...inputs];
    positions.forEach((at, i) => (all[at] = given[i]!));
    return all;
  };
  const first = contracted(backend, (...given) => [fn(...whole(given))], 3);
  expectDifferences(first, floats, 1e-5, 1e-7);
  if (order === 1) return;
  const slopes = (...given: Tensor[]): readonly Tensor[] =>
    gradient((all: Tensor[]) => first(...all))(given);
  expectDifferences(contracted(backend, slopes, 5), floats, 1e-5, 1e-6);
}

/** The results of a function, each times fixed numbers, as one sum. */
function contracted(
  backend: Backend,
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  seed: number,
): Fn {
  return (...inputs) => {
    const parts = fn(...inputs).map((y, i) => sum(mul(y, random(backend, y.shape, seed + i))));
    return sum(stack(parts));
  };
}

function expectDifferences(
  fn: Fn,
  inputs: readonly Tensor[],
  step: number,
  tolerance: number,
): void {
  const backend = backendOf(inputs);
  const run = jit(fn);
  const actual = jit((...all: Tensor[]) => gradient((given: Tensor[]) => fn(...given))(all))(
    ...inputs,
  );
  inputs.forEach((input, i) => {
    const data = input.readSync();
    const at = (j: number, moved: number): number => {
      const copy = data.slice() as Float64Array;
      copy[j]! += moved;
      const changed = tensor(backend, copy, { shape: input.shape });
      return values(run(...inputs.with(i, changed)))[0]!;
    };
    const expected = Array.from(data, (_, j) => (at(j, step) - at(j, -step)) / (2 * step));
    expect(actual[i]!.shape).toEqual(input.shape);
    expectClose(values(actual[i]!), expected, tolerance);
  });
}

/**
 * Asserts that `vectorize(fn)` equals a loop, for every choice of inputs that carry the batch, on axis 0 and (where
 * there is one) on the last axis.
 */
export function expectVectorized(fn: Fn, inputs: readonly Tensor[], tolerance = 1e-12): void {
  const backend = backendOf(inputs);
  const size = 3;
  for (let choice = 1; choice < 2 ** inputs.length; choice++)
    for (const last of [false, true]) {
      const lanes = inputs.map((input, i) =>
        (choice >> i) % 2
          ? Array.from({ length: size }, (_, lane) => varied(backend, input, lane))
          : undefined,
      );
      const axes = inputs.map((input, i) => (lanes[i] ? (last ? input.shape.length : 0) : null));
      const stacked = inputs.map((input, i) => (lanes[i] ? stack(lanes[i], axes[i]!) : input));
      const actual = vectorize(fn, { axes })(...stacked);
      const expected = Array.from({ length: size }, (_, lane) =>
        fn(...inputs.map((input, i) => lanes[i]?.[lane] ?? input)),
      );
      expect(actual.shape).toEqual([size, ...expected[0]!.shape]);
      expectClose(values(actual), expected.flatMap(values), tolerance);
    }
}

/** Another tensor of the same kind of numbers: rolled by some elements, so that indices stay what they are. */
function varied(backend: Backend, input: Tensor, lane: number): Tensor {
  const data = input.readSync();
  const rolled = data.slice();
  for (let i = 0; i < data.length; i++) rolled[i] = data[(i + lane) % data.length]!;
  return tensor(backend, rolled, { shape: input.shape, dtype: input.dtype });
}

function backendOf(inputs: readonly Tensor[]): Backend {
  for (const { source } of flatten(inputs).leaves)
    if (source.state === "value") return source.backend;
  throw new Error("none of the inputs has a value");
}
