import { applyModel, trace, zeros, tensor, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { dropout } from "../src/index.ts";
import { backend, inputOf, momentsOf, outputOf } from "./support.ts";

describe("dropout", () => {
  it("drops at its rate and scales what is left, so that the mean stays", () => {
    const values = outputOf(dropout(0.2), inputOf([200, 200]));
    const kept = values.filter((x) => x !== 0);
    expect(new Set(kept)).toEqual(new Set([1.25]));
    // Four standard errors of a share of 0.8 in 40,000 draws.
    expect(Math.abs(kept.length / 40_000 - 0.8)).toBeLessThan(0.008);
    expect(Math.abs(momentsOf(values).mean - 1)).toBeLessThan(0.01);
  });

  it("drops elements independently of each other", () => {
    const values = outputOf(dropout(0.5), inputOf([200, 200]));
    const pairs = values.filter((x, i) => x > 0 && (values[i + 1] ?? 0) > 0).length;
    expect(Math.abs(pairs / 40_000 - 0.25)).toBeLessThan(0.01);
  });

  it("depends on the key alone", () => {
    const x = inputOf([10, 10]);
    expect(outputOf(dropout(0.5), x, 7)).toEqual(outputOf(dropout(0.5), x, 7));
    expect(outputOf(dropout(0.5), x, 7)).not.toEqual(outputOf(dropout(0.5), x, 8));
  });

  it("does nothing when predicting, and nothing at rate 0", () => {
    for (const [rate, training] of [
      [0.5, false],
      [0, true],
    ] as const) {
      const { operations } = trace(
        ([x]: readonly [Tensor]) =>
          applyModel(dropout(rate), { parameters: {}, state: {} }, x, { training }).output,
        [zeros([2, 2])],
      );
      expect(operations).toEqual([]);
    }
  });

  it("drops also what is not finite", () => {
    const values = outputOf(dropout(0.5), inputOf([100], Array(100).fill(Infinity)));
    expect(new Set(values)).toEqual(new Set([0, Infinity]));
  });

  it("draws once for axes that are shared", () => {
    const [examples, rows, channels] = [20, 6, 30];
    for (const sharedAxes of [[1], [-2]]) {
      const values = outputOf(dropout(0.5, { sharedAxes }), inputOf([examples, rows, channels]));
      const at = (example: number, row: number): number[] =>
        values.slice((example * rows + row) * channels, (example * rows + row + 1) * channels);
      for (let example = 0; example < examples; example++)
        for (let row = 1; row < rows; row++) expect(at(example, row)).toEqual(at(example, 0));
      expect(at(0, 0)).not.toEqual(at(1, 0));
      expect(new Set(at(0, 0))).toEqual(new Set([0, 2]));
    }
  });

  const wrong: [() => unknown, string][] = [
    [() => dropout(1), "dropout: rate must be a number from 0 to below 1, got 1"],
    [() => dropout(-0.1), "dropout: rate must be a number from 0 to below 1, got -0.1"],
    [() => dropout(Number.NaN), "dropout: rate must be a number from 0 to below 1, got NaN"],
    [() => dropout("0.5" as never), "dropout: rate must be a number from 0 to below 1, got 0.5"],
    [
      () => dropout(0.5, null as never),
      "dropout: expected options such as { sharedAxes: … }, got null",
    ],
    [
      () => dropout(0.5, [1] as never),
      "dropout: expected options such as { sharedAxes: … }, got [1]",
    ],
    [
      () => dropout(0.5, { noiseShape: [1] } as never),
      "dropout: there is no option 'noiseShape'; there are sharedAxes",
    ],
    [
      () => dropout(0.5, { sharedAxes: 1 as never }),
      "dropout: sharedAxes must be a list of axes such as [1, 2], got 1",
    ],
    [
      () => dropout(0.5, { sharedAxes: [0.5] }),
      "dropout: sharedAxes must be a list of axes such as [1, 2], got [0.5]",
    ],
    [
      () => outputOf(dropout(0.5, { sharedAxes: [2] }), inputOf([2, 2])),
      "dropout: '' shares axis 2, which its input [2, 2] has not",
    ],
    [
      () => outputOf(dropout(0.5), tensor(backend, [1], { dtype: "i32" })),
      "dropout: expected f32 or f64 (cast() first), got i32[1]",
    ],
  ];

  it.each(wrong.map(([make, message]) => [message, make] as const))(
    "refuses: %s",
    (message, make) => {
      expect(make).toThrow(message);
    },
  );
});
