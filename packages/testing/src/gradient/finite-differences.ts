import {
  add,
  gradient,
  iota,
  isFloat,
  mul,
  reshape,
  showType,
  sin,
  sum,
  trace,
  zeros,
  type Tensor,
} from "@nn/core";
import { expectThat } from "../check.ts";
import { randomNumbers } from "../generate/choices.ts";
import { evaluate, lowerToBasis } from "../reference/reference.ts";
import type { Value } from "../reference/value.ts";
import { margin } from "../tolerance.ts";

/** A function of some tensors that is to be differentiated: its results, all of which count. */
type Differentiable = (inputs: Tensor[]) => readonly Tensor[];

/** The step of finite differences, relative to max(1, |x|). */
const STEP = 1e-4;

/** Elements of an input that are moved one by one; all are moved together besides. */
const MOST_ELEMENTS = 12;

/** What a gradient is checked with. */
export interface GradientCheck {
  /** For messages. */
  readonly what: string;
  readonly fn: Differentiable;
  /** Where; floats in f64. */
  readonly at: readonly Value[];
  /** The inputs to differentiate by; all floats by default. */
  readonly wanted?: readonly boolean[];
  /** 1, or 2 for the gradient of the gradient. Default 1. */
  readonly order?: 1 | 2;
}

/**
 * Compares a gradient with central differences in f64, extrapolated to a step of 0 (Richardson), element by element and
 * along one random direction. The error is relative to max(1, |gradient|).
 */
export function checkGradient({ what, fn, at, wanted, order = 1 }: GradientCheck): void {
  const isWanted = at.map(({ dtype }, i) => isFloat(dtype) && (wanted?.[i] ?? true));
  if (!isWanted.includes(true)) return;
  const first = (inputs: Tensor[]): Tensor => weighted(fn(inputs), 1);
  const scalar = order === 1 ? first : slopeSum(first, isWanted);
  const types = at.map(({ shape, dtype }) => zeros(shape, dtype));
  const valueProgram = lowerToBasis(trace((inputs: Tensor[]) => scalar(inputs), types));
  const slopeProgram = lowerToBasis(
    trace((inputs: Tensor[]) => slopes(scalar, isWanted)(inputs), types),
  );
  const valueAt = (point: readonly Value[]): number => evaluate(valueProgram, point)[0]!.data[0]!;
  const analytic = evaluate(slopeProgram, at);
  let next = 0;
  const along: Float64Array[] = [];
  const name = order === 1 ? "gradient" : "second gradient";
  at.forEach((input, i) => {
    along[i] = new Float64Array(input.data.length);
    if (!isWanted[i]) return;
    const slope = analytic[next++]!.data;
    for (const element of someElements(input.data.length)) {
      const direction = at.map(({ data }) => new Float64Array(data.length));
      direction[i]![element] = 1;
      const expected = derivative(valueAt, at, direction, Math.abs(input.data[element]!));
      expectNear(
        `${what}: element ${element} of the ${name} by input ${i}, ${showType(input)},`,
        slope[element]!,
        expected,
      );
    }
  });
  const random = randomNumbers(17);
  const direction = along.map((zeroes, i) => zeroes.map(() => (isWanted[i] ? random() - 0.5 : 0)));
  next = 0;
  const inDirection = direction
    .filter((_, i) => isWanted[i])
    .reduce((total, own) => total + dot(own, analytic[next++]!.data), 0);
  expectNear(
    `${what}: the ${name} in a random direction`,
    inDirection,
    derivative(valueAt, at, direction, 1),
  );
}

function expectNear(what: string, actual: number, expected: number): void {
  const allowed = margin("f64", "gradient", Math.max(1, Math.abs(expected)));
  expectThat(
    Math.abs(actual - expected) <= allowed,
    () => `${what} is ${actual}, finite differences give ${expected}`,
  );
}

/** The derivative in a direction: central differences with steps h and h / 2, extrapolated. */
function derivative(
  valueAt: (point: readonly Value[]) => number,
  at: readonly Value[],
  direction: readonly Float64Array[],
  magnitude: number,
): number {
  const h = STEP * Math.max(1, magnitude);
  const moved = (by: number): number =>
    valueAt(
      at.map((input, i) => ({
        ...input,
        data: input.data.map((x, e) => x + by * direction[i]![e]!),
      })),
    );
  const central = (step: number): number => (moved(step) - moved(-step)) / (2 * step);
  return (4 * central(h / 2) - central(h)) / 3;
}

/** The gradients by the wanted inputs. */
function slopes(
  fn: (inputs: Tensor[]) => Tensor,
  isWanted: readonly boolean[],
): (inputs: Tensor[]) => Tensor[] {
  return (inputs) => {
    const by = inputs.filter((_, i) => isWanted[i]);
    const slope = gradient((moving: Tensor[]) => {
      let next = 0;
      return fn(inputs.map((input, i) => (isWanted[i] ? moving[next++]! : input)));
    });
    return slope(by);
  };
}

/** A number that depends on all slopes. */
function slopeSum(
  fn: (inputs: Tensor[]) => Tensor,
  isWanted: readonly boolean[],
): (inputs: Tensor[]) => Tensor {
  return (inputs) => weighted(slopes(fn, isWanted)(inputs), 2);
}

/** A sum of all elements of all float results, each with a weight of its own. */
function weighted(results: readonly Tensor[], seed: number): Tensor {
  return results
    .filter(({ dtype }) => isFloat(dtype))
    .map((result, i) => sum(mul(result, weights(result, seed + 10 * i))))
    .reduce(add, zeros([], "f64"));
}

/** Weights that are computed in the program, so that nothing has to be passed to it: 0.3 + 0.7 · sin(…) of the index. */
function weights({ shape, size }: Tensor, seed: number): Tensor {
  const phase = add(mul(iota(size, "f64"), 1.7), seed);
  return reshape(add(mul(sin(phase), 0.7), 0.3), shape);
}

function someElements(size: number): number[] {
  const step = Math.max(1, size / MOST_ELEMENTS);
  return Array.from({ length: Math.min(size, MOST_ELEMENTS) }, (_, i) => Math.floor(i * step));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, x, i) => total + x * b[i]!, 0);
}

/** The same elements in double precision, where they are floats. */
export function inDouble({ dtype, shape, data }: Value): Value {
  return isFloat(dtype) ? { dtype: "f64", shape, data } : { dtype, shape, data };
}
