import { describe, expect, it } from "vitest";
import { adaBound, type AdaBoundOptions, cosine, momentum, piecewise } from "../src/index.ts";
import { descend } from "./support.ts";

describe("adaBound", () => {
  it("ends as gradient descent with momentum at its final rate", () => {
    // Bounds that are closed from the first step on; m is (1 - β₁) times the velocity.
    const bounded = adaBound({ finalRate: 0.5, gamma: 1e12, beta1: 0.9 });
    const plain = momentum({ learningRate: 0.05, momentum: 0.9 });
    const expected = descend(plain, [1, -20], 20).flat();
    descend(bounded, [1, -20], 20)
      .flat()
      .forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 9));
  });

  it("scales its final rate with the schedule", () => {
    const at = (learningRate: AdaBoundOptions["learningRate"], finalRate: number) =>
      descend(
        adaBound({ learningRate: learningRate!, baseRate: 0.01, finalRate, gamma: 1e12 }),
        [1],
        3,
      );
    const halved = piecewise({ rates: [0.005], steps: [] });
    expect(at(halved, 0.4)).toEqual(at(0.01, 0.2));
  });

  it("refuses options that it cannot use", () => {
    const wrong: readonly [unknown, string][] = [
      [
        { learningRate: cosine({ initial: 0.1, epochs: 3 }) },
        "adaBound: a schedule, or a rate of 0, needs baseRate beside it",
      ],
      [
        { learningRate: 0 },
        "adaBound: a schedule, or a rate of 0, needs baseRate beside it, the learning rate at which finalRate holds",
      ],
      [{ finalRate: 0 }, "adaBound: finalRate must be a finite number above 0, got 0"],
      [{ gamma: -1 }, "adaBound: gamma must be a finite number above 0, got -1"],
      [{ baseRate: Number.NaN }, "adaBound: baseRate must be a finite number above 0, got NaN"],
      [{ beta2: 1 }, "adaBound: beta2 must be a number from 0 to below 1, got 1"],
      [{ final_lr: 1 }, "adaBound: there is no option 'final_lr'"],
    ];
    for (const [options, message] of wrong)
      expect(() => adaBound(options as AdaBoundOptions)).toThrow(message);
  });
});
