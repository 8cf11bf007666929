import { decode, encode, type Json, type Schedule, type UpdateRule } from "@nn/core";
import { describe, expect, it } from "vitest";
import * as optimizers from "../src/index.ts";
import { after, descend } from "./support.ts";

const {
  adaBound,
  adagrad,
  adam,
  adamW,
  constant,
  cosine,
  cyclical,
  exponentialDecay,
  inverseTimeDecay,
  momentum,
  oneCycle,
  piecewise,
  plugins,
  polynomial,
  reduceOnPlateau,
  regularized,
  rmsprop,
  sgd,
  warmRestarts,
  warmUp,
} = optimizers;

function reloaded<T extends Schedule | UpdateRule>(value: T): T {
  return decode(JSON.parse(JSON.stringify(encode(value))) as Json, plugins) as T;
}

describe("a rule comes back from JSON and takes the same steps:", () => {
  it.each([
    sgd({ learningRate: 0.3 }),
    sgd({ learningRate: inverseTimeDecay({ initial: 1, decay: 0.5, epochs: 0.2 }) }),
    momentum({ learningRate: exponentialDecay({ initial: 1, factor: 0.5 }), momentum: 0.5 }),
    momentum({ nesterov: true }),
    rmsprop({ alpha: 0.8, momentum: 0.3, centered: true, epsilon: 0.1 }),
    adagrad({ initialSum: 0.5, epsilon: 0.2 }),
    adam({ beta1: 0.7, beta2: 0.6, epsilon: 0.3, amsgrad: true }),
    adamW({ weightDecay: 0.9, vectors: false }),
    adaBound({ learningRate: cosine({ initial: 0.1, epochs: 1 }), baseRate: 0.2, gamma: 0.5 }),
    regularized(adam({ learningRate: 0.1 }), { l1: 0.1, l2: 0.2, weightDecay: 0.3 }),
    regularized(regularized(sgd(), { l1: 1 }), { l2: 1, vectors: false }),
  ])("$kind $config", (rule) => {
    expect(encode(reloaded(rule))).toEqual(encode(rule));
    expect(descend(reloaded(rule), [1, -3], 4)).toEqual(descend(rule, [1, -3], 4));
  });
});

describe("a schedule comes back from JSON and gives the same rates:", () => {
  it.each([
    constant(0.3),
    exponentialDecay({ initial: 1, factor: 0.5, steps: 3, staircase: true }),
    inverseTimeDecay({ initial: 1, decay: 0.5, epochs: 0.2, staircase: true }),
    piecewise({ rates: [1, 2, 3], epochs: [0.5, 1.5] }),
    cosine({ initial: 1, final: 0.5, steps: 12 }),
    polynomial({ initial: 1, final: 0.1, epochs: 2, power: 3 }),
    warmRestarts({ initial: 1, final: 0.2, epochs: 0.3, multiplier: 1.5 }),
    cyclical({ lowest: 0.1, highest: 1, steps: 6, rise: 0.2 }),
    cyclical({ lowest: 0.1, highest: 1, epochs: 0.5, mode: "expRange", factor: 0.5 }),
    oneCycle({ highest: 1, steps: 20, threePhases: true, shape: "linear", startDivisor: 5 }),
    warmUp(cosine({ initial: 1, epochs: 2 }), { steps: 7, from: 0.2, delays: true }),
    reduceOnPlateau(0.1, { factor: 0.5, patience: 1, thresholdMode: "absolute", lowest: 0.01 }),
    warmUp(reduceOnPlateau(cosine({ initial: 1, epochs: 2 }), { patience: 0 }), { epochs: 1 }),
  ])("$kind $config", (schedule) => {
    const rates = (one: Schedule): number[] =>
      Array.from({ length: 30 }, (_, step) =>
        one.at({ ...after(step), monitored: Array.from({ length: step }, () => 1) }),
      );
    expect(encode(reloaded(schedule))).toEqual(encode(schedule));
    expect(rates(reloaded(schedule))).toEqual(rates(schedule));
  });
});

it("lists every factory", () => {
  const factories = Object.entries(optimizers).filter(([, value]) => typeof value === "function");
  expect(plugins.map(({ kind }) => kind).sort()).toEqual(
    factories.map(([name]) => `@nn/optimizers#${name}`).sort(),
  );
});

it("refuses options from JSON as it does others", () => {
  const { kind, config } = encode(adam()) as { kind: string; config: { [name: string]: Json } };
  expect(() => decode({ kind, config: { ...config, beta1: "0.9" } }, plugins)).toThrow(
    'adam: beta1 must be a number from 0 to below 1, got "0.9"',
  );
  expect(() => decode({ kind, config: { ...config, decay: 1 } }, plugins)).toThrow(
    "adam: there is no option 'decay'",
  );
  expect(() =>
    decode({ kind: "@nn/optimizers#regularized", config: { rule: 5 } }, plugins),
  ).toThrow("regularized: expected an update rule such as sgd() first, got 5");
  expect(() =>
    decode({ kind: "@nn/optimizers#constant", config: { rate: 1, factor: 2 } }, plugins),
  ).toThrow("constant: there is no option 'factor'; there are rate");
});

it.each(plugins)("refuses a config that is none, for $kind", (plugin) => {
  for (const config of [null, 5, "fast"])
    expect(() => decode({ kind: plugin.kind, config }, plugins)).toThrow(/expected .*config/);
});
