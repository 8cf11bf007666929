import { js } from "@nn/backend-js";
import { full, tensor, type UpdateRule } from "@nn/core";
import { describe, expect, it } from "vitest";
import { adam, adamW, regularized, type RegularizationOptions, sgd } from "../src/index.ts";

/** What one step with a rate of 0.1 makes of parameters whose gradients are all 1. */
function stepped(rule: UpdateRule, values: number[] | number[][]): number[] {
  const parameter = tensor(js(), values, { dtype: "f64" });
  const { parameter: next } = rule.update({
    parameter,
    gradient: full(parameter.shape, 1, "f64"),
    state: rule.init(parameter),
    rate: full([], 0.1, "f64"),
    step: full([], 1, "f64"),
  });
  return [...next.readSync()].map((x) => Number(x.toFixed(12)));
}

describe("regularized", () => {
  it("adds l2 · parameter to the gradient", () => {
    expect(stepped(regularized(sgd(), { l2: 0.5 }), [4, -2, 0])).toEqual([3.7, -2, -0.1]);
  });

  it("adds l1 to the gradient of what is above 0, and takes it off below, and does neither at 0", () => {
    expect(stepped(regularized(sgd(), { l1: 2 }), [4, -2, 0])).toEqual([3.7, -1.9, -0.1]);
  });

  it("shrinks parameters by rate · weightDecay, whatever the rule makes of gradients", () => {
    expect(stepped(regularized(sgd(), { weightDecay: 2 }), [4, -2])).toEqual([3.1, -1.7]);
    const [plain, decayed] = [adam(), regularized(adam(), { weightDecay: 2 })].map((rule) =>
      stepped(rule, [4, -2]),
    );
    expect(plain).toEqual([3.900000001, -2.099999999]);
    expect(decayed).toEqual([3.100000001, -1.699999999]);
  });

  it("leaves out biases and scales where that is chosen", () => {
    const options = { l1: 0.1, l2: 0.5, weightDecay: 0.5, vectors: false };
    const rule = regularized(sgd(), options);
    expect(stepped(rule, [4, -2])).toEqual(stepped(sgd(), [4, -2]));
    expect(stepped(rule, [[4, -2]])).toEqual(
      stepped(regularized(sgd(), { ...options, vectors: true }), [4, -2]),
    );
  });

  it("changes nothing where nothing is chosen", () => {
    expect(stepped(regularized(adam()), [4, -2])).toEqual(stepped(adam(), [4, -2]));
  });

  it("refuses what it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [{ l1: -1 }, "regularized: l1 must be a finite number from 0, got -1"],
      [{ l2: Number.NaN }, "regularized: l2 must be a finite number from 0, got NaN"],
      [{ weightDecay: "1" }, 'regularized: weightDecay must be a finite number from 0, got "1"'],
      [{ vectors: 0 }, "regularized: vectors must be true or false, got 0"],
      [
        { decay: 1 },
        "regularized: there is no option 'decay'; there are l1, l2, weightDecay, vectors",
      ],
    ];
    for (const [options, message] of wrong)
      expect(() => regularized(sgd(), options as RegularizationOptions)).toThrow(message);
    expect(() => regularized({ l2: 1 } as unknown as UpdateRule)).toThrow(
      "regularized: expected an update rule such as sgd() first, got an object",
    );
  });
});

describe("adamW", () => {
  it("is Adam with a decay of 0.01", () => {
    expect(stepped(adamW(), [4, -2])).toEqual(
      stepped(regularized(adam(), { weightDecay: 0.01 }), [4, -2]),
    );
  });

  it("names itself when it refuses options", () => {
    expect(() => adamW({ weightDecay: -1 })).toThrow(
      "adamW: weightDecay must be a finite number from 0, got -1",
    );
    expect(() => adamW({ beta1: 2 })).toThrow("adamW: beta1 must be a number from 0 to below 1");
    expect(() => adamW({ l2: 1 } as never)).toThrow("adamW: there is no option 'l2'");
    expect(() => adamW({ learningRate: -1 })).toThrow("adamW: learningRate must be");
  });
});
