import { js } from "@nn/backend-js";
import { full, jit, tensor, type Tensor, type TensorMap } from "@nn/core";
import { describe, expect, it } from "vitest";
import { rmsprop, type RmspropOptions } from "../src/index.ts";
import { descend } from "./support.ts";

describe("rmsprop", () => {
  it("divides the gradient by the root of its mean square", () => {
    // By hand with α = 0.75: v = 0.25, and 1 - 0.1 / (0.5 + 0.5) = 0.9; v = 0.1875 + 0.2025 = 0.39, and so on.
    const path = descend(rmsprop({ learningRate: 0.1, alpha: 0.75, epsilon: 0.5 }), [1], 2).flat();
    const second = 0.9 - (0.1 * 0.9) / (Math.sqrt(0.39) + 0.5);
    [0.9, second].forEach((expected, i) => expect(path[i]).toBeCloseTo(expected, 14));
  });

  it("stays finite in f32 when it is centered and gradients are all alike", () => {
    const rule = rmsprop({ centered: true, alpha: 0.9 });
    const backend = js();
    const gradient = tensor(backend, [0.1, -0.7, 1.3]);
    const step = jit((parameter: Tensor, state: TensorMap, g: Tensor) => {
      const call = { parameter, gradient: g, state, rate: full([], 0.01), step: full([], 1) };
      const updated = rule.update(call);
      return [updated.parameter, updated.state] as const;
    });
    let parameter = tensor(backend, [0, 0, 0]);
    let state = rule.init(parameter);
    for (let i = 0; i < 300; i++) [parameter, state] = step(parameter, state, gradient);
    expect([...parameter.readSync()].every(Number.isFinite)).toBe(true);
  });

  it("is as good at large gradients when it is centered, as long as their squares are finite in f32", () => {
    const rule = rmsprop({ learningRate: 0.1, centered: true });
    const moved = [1, 1e19].map((size) => {
      const backend = js();
      const gradient = tensor(backend, [size]);
      let parameter = tensor(backend, [0]);
      let state = rule.init(parameter);
      for (let i = 0; i < 3; i++) {
        const call = { parameter, gradient, state, rate: full([], 0.1), step: full([], i + 1) };
        ({ parameter, state } = rule.update(call));
      }
      return parameter.readSync()[0]!;
    });
    expect(moved[1]).toBeCloseTo(moved[0]!, 5);
  });

  it("keeps only the state that its options need", () => {
    const stateOf = (options: RmspropOptions) =>
      Object.keys(rmsprop(options).init({ shape: [2], dtype: "f32" }));
    expect(stateOf({})).toEqual(["squares"]);
    expect(stateOf({ centered: true })).toEqual(["squares", "gradients"]);
    expect(stateOf({ momentum: 0.5 })).toEqual(["squares", "velocity"]);
  });

  it("refuses options that it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [{ alpha: 1 }, "rmsprop: alpha must be a number from 0 to below 1, got 1"],
      [{ alpha: 0, centered: true }, "rmsprop: centered needs an alpha above 0"],
      [{ momentum: -0.1 }, "rmsprop: momentum must be a number from 0 to below 1, got -0.1"],
      [{ epsilon: 0 }, "rmsprop: epsilon must be a finite number above 0, got 0"],
      [{ centered: "yes" }, 'rmsprop: centered must be true or false, got "yes"'],
      [{ rho: 0.9 }, "rmsprop: there is no option 'rho'; there are learningRate, alpha, epsilon"],
    ];
    for (const [options, message] of wrong)
      expect(() => rmsprop(options as RmspropOptions)).toThrow(message);
  });
});
