import { js } from "@nn/backend-js";
import { full, print, tensor, type Tensor, trace } from "@nn/core";
import { describe, expect, it } from "vitest";
import { adam, type AdamOptions, sgd } from "../src/index.ts";
import { descend } from "./support.ts";

describe("adam", () => {
  it("moves every element by the rate in its first step, whatever the size of its gradient", () => {
    const [first] = descend(adam({ learningRate: 0.1 }), [1, -200, 0.5], 1);
    [0.9, -199.9, 0.4].forEach((expected, i) => expect(first![i]).toBeCloseTo(expected, 7));
  });

  it("divides the mean of gradients by the root of their mean square", () => {
    // By hand with β₁ = 0.5, β₂ = 0.75: 1, then 0.9, where m̂ = (0.25 + 0.45) / 0.75 and v̂ = (0.1875 + 0.2025) / 0.4375.
    const rule = adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1e-15 });
    const second = 0.9 - (0.1 * (0.7 / 0.75)) / Math.sqrt(0.39 / 0.4375);
    const path = descend(rule, [1], 2).flat();
    [0.9, second].forEach((expected, i) => expect(path[i]).toBeCloseTo(expected, 13));
  });

  it("steps by the sign of the gradient where nothing is kept", () => {
    const path = descend(adam({ learningRate: 0.25, beta1: 0, beta2: 0 }), [1, -2], 2);
    [0.5, -1.5].forEach((expected, i) => expect(path[1]![i]).toBeCloseTo(expected, 6));
  });

  it("does not lose digits of its correction in f32", () => {
    const [first] = descend(adam({ learningRate: 0.1 }), [1], 1, "f32");
    expect(Math.abs(first![0]! - 0.9)).toBeLessThan(2e-7);
  });

  it("corrects its means as well after very many steps", () => {
    for (const dtype of ["f32", "f64"] as const)
      for (const beta1 of [0.9, 0]) {
        const rule = adam({ beta1 });
        const backend = js();
        for (const step of [1e6, 2 ** 24 + 1, 1e9]) {
          // After so many gradients of 1, each sum is 1 / (1 - β), and the step is the rate.
          const state = {
            gradients: full([], 1 / (1 - beta1), dtype),
            squares: full([], 1000, dtype),
          };
          const { parameter } = rule.update({
            parameter: tensor(backend, [0], { shape: [], dtype }),
            gradient: full([], 1, dtype),
            state,
            rate: full([], 0.1, dtype),
            step: full([], step, dtype),
          });
          expect(parameter.readSync()[0]).toBeCloseTo(-0.1, 6);
        }
      }
  });

  it("does with finite constants where nothing is kept, for backends that have no infinity", () => {
    const rule = adam({ beta1: 0, beta2: 0 });
    const [parameter, scalar] = [full([3], 1), full([], 1)];
    const program = trace(
      (p: Tensor, rate: Tensor, step: Tensor) =>
        rule.update({ parameter: p, gradient: p, state: rule.init(p), rate, step }).parameter,
      parameter,
      scalar,
      scalar,
    );
    expect(print(program)).toContain("expm1");
    expect(print(program)).not.toContain("Infinity");
  });

  it("divides by the largest mean square so far with amsgrad", () => {
    // By hand: the first square is the largest one, so that each step takes a quarter of what is left.
    const rule = adam({ learningRate: 0.25, beta1: 0, beta2: 0, amsgrad: true });
    const path = descend(rule, [1], 3).flat();
    [0.75, 0.5625, 0.421875].forEach((expected, i) => expect(path[i]).toBeCloseTo(expected, 7));
  });

  it("has Keras's and PyTorch's options unless told otherwise", () => {
    expect(adam().config).toEqual({
      learningRate: expect.objectContaining({ config: { rate: 0.001 } }),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      amsgrad: false,
    });
  });

  it("refuses options that it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [{ beta1: 1 }, "adam: beta1 must be a number from 0 to below 1, got 1"],
      [{ beta2: Number.NaN }, "adam: beta2 must be a number from 0 to below 1, got NaN"],
      [{ beta2: "0.9" }, 'adam: beta2 must be a number from 0 to below 1, got "0.9"'],
      [{ epsilon: 0 }, "adam: epsilon must be a finite number above 0, got 0"],
      [{ amsgrad: 1 }, "adam: amsgrad must be true or false, got 1"],
      [{ learningRate: null }, "adam: learningRate must be a finite number from 0"],
      [
        { learningRate: sgd() },
        "or a schedule such as exponentialDecay({ … }), got @nn/optimizers#sgd",
      ],
      [{ epsilon: { value: 1 } }, "adam: epsilon must be a finite number above 0, got an object"],
      [[0.1], "adam: expected options such as { learningRate: … }, got a list"],
      [{ lr: 0.1 }, "adam: there is no option 'lr'; there are learningRate, beta1, beta2, epsilon"],
      [0.001, "adam: expected options such as { learningRate: … }, got 0.001"],
      [null, "adam: expected options such as { learningRate: … }, got null"],
    ];
    for (const [options, message] of wrong)
      expect(() => adam(options as AdamOptions)).toThrow(message);
  });
});
