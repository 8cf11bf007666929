import { readFileSync } from "node:fs";
import { js } from "@nn/backend-js";
import {
  add,
  full,
  gradient,
  jit,
  matmul,
  mean,
  mul,
  type Schedule,
  square,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  type TensorMap,
  type UpdateRule,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  adaBound,
  adagrad,
  adam,
  adamW,
  cosine,
  cyclical,
  exponentialDecay,
  inverseTimeDecay,
  momentum,
  oneCycle,
  piecewise,
  polynomial,
  reduceOnPlateau,
  type ReduceOnPlateauOptions,
  regularized,
  rmsprop,
  sgd,
  warmRestarts,
  warmUp,
} from "../src/index.ts";
import { after } from "./support.ts";

/** Made by tools/reference/optimizers.py, which says what is in it and how it was computed. */
interface Reference {
  readonly problem: { readonly [name: string]: number[][] };
  readonly steps: readonly number[];
  readonly trajectories: { readonly [name: string]: readonly (readonly number[])[] };
  readonly schedules: { readonly [name: string]: readonly number[] };
  readonly monitored: readonly number[];
  readonly plateaus: { readonly [name: string]: readonly number[] };
}
const reference = JSON.parse(
  readFileSync(new URL("reference.json", import.meta.url), "utf8"),
) as Reference;

const rules: { readonly [name: string]: UpdateRule } = {
  sgd: sgd({ learningRate: 0.05 }),
  "sgd, l2": regularized(sgd({ learningRate: 0.05 }), { l2: 0.3 }),
  "sgd, l1": regularized(sgd({ learningRate: 0.05 }), { l1: 0.02 }),
  momentum: momentum({ learningRate: 0.02 }),
  "momentum, Nesterov": momentum({ learningRate: 0.02, momentum: 0.8, nesterov: true }),
  "momentum, l2": regularized(momentum({ learningRate: 0.02, nesterov: true }), { l2: 0.1 }),
  rmsprop: rmsprop(),
  "rmsprop, options": rmsprop({ learningRate: 0.01, alpha: 0.9, epsilon: 1e-2 }),
  "rmsprop, centered": rmsprop({ learningRate: 0.01, alpha: 0.95, centered: true }),
  "rmsprop, momentum": rmsprop({ learningRate: 0.005, momentum: 0.9 }),
  "rmsprop, all": regularized(
    rmsprop({ learningRate: 0.002, momentum: 0.5, alpha: 0.9, epsilon: 1e-4, centered: true }),
    { l2: 0.1 },
  ),
  adagrad: adagrad({ learningRate: 0.5 }),
  "adagrad, initial sum": adagrad({ learningRate: 0.3, initialSum: 0.1, epsilon: 1e-3 }),
  "adagrad, decay": adagrad({
    learningRate: inverseTimeDecay({ initial: 0.5, decay: 0.1, steps: 1 }),
  }),
  adam: adam(),
  "adam, options": adam({ learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }),
  "adam, amsgrad": adam({ learningRate: 0.1, beta2: 0.9, amsgrad: true }),
  "adam, l2": regularized(adam({ learningRate: 0.05 }), { l2: 0.2 }),
  "adam, schedule": adam({
    learningRate: exponentialDecay({ initial: 0.2, factor: 0.95, steps: 1 }),
  }),
  adamW: adamW(),
  "adamW, options": adamW({ learningRate: 0.05, weightDecay: 0.5, beta1: 0.7, beta2: 0.99 }),
  "adamW, amsgrad": adamW({ learningRate: 0.1, weightDecay: 0.1, beta2: 0.9, amsgrad: true }),
  "adamW, schedule": adamW({
    learningRate: exponentialDecay({ initial: 0.1, factor: 0.95, steps: 1 }),
    weightDecay: 0.3,
  }),
  "adamW, matrices only": adamW({ learningRate: 0.05, weightDecay: 0.2, vectors: false }),
  adaBound: adaBound(),
  "adaBound, options": adaBound({
    learningRate: 0.02,
    finalRate: 0.05,
    gamma: 0.05,
    beta1: 0.8,
    beta2: 0.9,
  }),
  "adaBound, amsgrad": adaBound({ learningRate: 0.05, gamma: 0.01, beta2: 0.9, amsgrad: true }),
  "adaBound, schedule": adaBound({
    learningRate: exponentialDecay({ initial: 0.05, factor: 0.97, steps: 1 }),
    baseRate: 0.05,
    gamma: 0.02,
    epsilon: 1e-4,
  }),
};

const schedules: { readonly [name: string]: Schedule } = {
  exponentialDecay: exponentialDecay({ initial: 1, factor: 0.9, steps: 1 }),
  "exponentialDecay, staircase": exponentialDecay({
    initial: 1,
    factor: 0.3,
    steps: 7,
    staircase: true,
  }),
  piecewise: piecewise({ rates: [1, 0.1, 0.01, 0.001], steps: [5, 12, 30] }),
  cosine: cosine({ initial: 1, final: 0.05, steps: 39 }),
  polynomial: polynomial({ initial: 1, steps: 30, power: 2 }),
  warmRestarts: warmRestarts({ initial: 0.8, final: 0.1, epochs: 2 }),
  "warmRestarts, multiplier": warmRestarts({ initial: 0.8, epochs: 1, multiplier: 2 }),
  cyclical: cyclical({ lowest: 0.1, highest: 0.9, steps: 10 }),
  "cyclical, triangular2": cyclical({
    lowest: 0.1,
    highest: 0.9,
    steps: 12,
    rise: 0.25,
    mode: "triangular2",
  }),
  "cyclical, expRange": cyclical({
    lowest: 0.1,
    highest: 0.9,
    steps: 12,
    rise: 2 / 3,
    mode: "expRange",
    factor: 0.97,
  }),
  oneCycle: oneCycle({ highest: 0.5, steps: 41 }),
  "oneCycle, linear": oneCycle({
    highest: 0.5,
    epochs: 4.1,
    rise: 0.4,
    shape: "linear",
    startDivisor: 10,
    endDivisor: 100,
  }),
  "oneCycle, three phases": oneCycle({ highest: 0.5, steps: 41, threePhases: true }),
  warmUp: warmUp(1, { from: 1 / 3, steps: 8 }),
  "warmUp, cosine": warmUp(cosine({ initial: 1, epochs: 4 }), { from: 0.1, epochs: 1 }),
  "warmUp, delayed": warmUp(exponentialDecay({ initial: 1, factor: 0.9, steps: 1 }), {
    from: 0.25,
    epochs: 0.6,
    delays: true,
  }),
};

const plateaus: { readonly [name: string]: ReduceOnPlateauOptions } = {
  noisy: { factor: 0.5, patience: 3 },
  cooldown: { factor: 0.5, patience: 1, cooldown: 4, lowest: 0.03 },
  absolute: { factor: 0.2, patience: 4, threshold: 0.05, thresholdMode: "absolute" },
  maximized: { factor: 0.5, patience: 3, threshold: 0.01 },
};

/** Where the parameters of the reference problem are after the steps that it has. */
function trajectory(rule: UpdateRule): number[][] {
  const backend = js();
  const value = (name: string): Tensor =>
    tensor(backend, reference.problem[name]!, { dtype: "f64" });
  const [inputs, targets, curvature, center] = [
    value("inputs"),
    value("targets"),
    value("curvature"),
    value("center"),
  ];
  const loss = (parameters: TensorMap): Tensor => {
    const { weights, bias } = parameters;
    const prediction = tanh(add(matmul(inputs, weights!), bias!));
    const valley = mul(curvature, square(sub(weights!, center)));
    return add(mean(square(sub(prediction, targets))), mul(sum(valley), 0.5));
  };
  const advance = jit(
    (parameters: TensorMap, states: { [name: string]: TensorMap }, rate: Tensor, step: Tensor) => {
      const gradients = gradient(loss)(parameters) as TensorMap;
      const next = Object.entries(parameters).map(([name, parameter]) => {
        const state = states[name]!;
        const updated = rule.update({ parameter, gradient: gradients[name]!, state, rate, step });
        return [name, updated] as const;
      });
      return [
        Object.fromEntries(next.map(([name, updated]) => [name, updated.parameter])),
        Object.fromEntries(next.map(([name, updated]) => [name, updated.state])),
      ] as const;
    },
  );
  let parameters: TensorMap = { weights: value("weights"), bias: value("bias") };
  let states: { [name: string]: TensorMap } = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, rule.init(parameter)]),
  );
  const path: number[][] = [];
  for (let step = 1; step <= reference.steps.at(-1)!; step++) {
    const rate = full([], rule.learningRate.at(after(step - 1)), "f64");
    [parameters, states] = advance(parameters, states, rate, full([], step, "f64"));
    if (reference.steps.includes(step))
      path.push(["weights", "bias"].flatMap((name) => [...parameters[name]!.readSync()]));
  }
  return path;
}

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(actual[i]! - value), `value ${i} is ${actual[i]}, not ${value}`).toBeLessThan(
      1e-12 * Math.max(1, Math.abs(value)),
    );
}

describe("100 steps of", () => {
  it.each(Object.keys(reference.trajectories))("%s are those of the reference", (name) => {
    expectSame(trajectory(rules[name]!).flat(), reference.trajectories[name]!.flat());
  });
});

describe("the rates of", () => {
  it.each(Object.keys(reference.schedules))("%s are those of PyTorch", (name) => {
    const expected = reference.schedules[name]!;
    expectSame(
      expected.map((_, step) => schedules[name]!.at(after(step))),
      expected,
    );
  });

  it.each(Object.keys(reference.plateaus))("reduceOnPlateau, %s, are those of PyTorch", (name) => {
    const expected = reference.plateaus[name]!;
    const values = reference.monitored.map((x) => (name === "maximized" ? x - 2 : x));
    const schedule = reduceOnPlateau(0.4, plateaus[name]);
    expectSame(
      expected.map((_, epoch) =>
        schedule.at({ ...after(epoch * 10), monitored: values.slice(0, epoch) }),
      ),
      expected,
    );
  });
});
