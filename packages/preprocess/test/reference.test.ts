import { describe, expect, it } from "vitest";
import {
  boxCox,
  minMax,
  pipeline,
  quantile,
  robust,
  standard,
  type Step,
  yeoJohnson,
} from "../src/index.ts";
import { normalLevel, normalQuantile } from "../src/normal.ts";
import reference from "./reference.json" with { type: "json" };
import { tableOf } from "./table-of.ts";

/** What a step that is fitted on values makes of others. */
function made(step: Step, values: number[], others = values): number[] {
  const fitted = pipeline([step]).fit(tableOf({ x: values }));
  return [...fitted.transform(tableOf({ x: others })).array("x")] as number[];
}

function expectNear(actual: readonly number[], expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i], `${i}`).toBeCloseTo(value, digits);
}

// The stored values are by scikit-learn, in double precision; see `origin` in the file.
describe("as in scikit-learn", () => {
  const { signed, tied, positive, later } = reference;

  it.each([
    ["standard", standard(), signed, reference.standard],
    ["minMax", minMax({ range: [-1, 1] }), signed, reference.minMax],
    ["robust", robust(), signed, reference.robust],
    ["quantile", quantile({ count: 21 }), signed, reference.uniform],
    ["quantile to normal", quantile({ count: 21, output: "normal" }), signed, reference.normal],
    ["quantile of ties", quantile({ count: 21 }), tied, reference.tiedUniform],
  ])("%s scales the rows it was fitted on, and others", (_, step, values, expected) => {
    expectNear(made(step, values), expected.train, 8);
    expectNear(made(step, values, later), expected.later, 8);
  });

  it.each([
    ["boxCox", boxCox(), positive, reference.boxCox],
    ["yeoJohnson", yeoJohnson(), signed, reference.yeoJohnson],
  ])("%s finds the power of the greatest likelihood", (_, step, values, expected) => {
    const state = pipeline([step]).fit(tableOf({ x: values })).config["states"];
    expect((state as [[string, [number]]][])[0]![0]![1][0]).toBeCloseTo(expected.lambda, 6);
    expectNear(made(step, values), expected.train, 5);
  });

  it("normal quantiles and levels are each other's inverse", () => {
    for (const [i, level] of reference.levels.entries()) {
      const x = reference.normalQuantiles[i]!;
      expect(normalQuantile(level)).toBeCloseTo(x, 8);
      expect(normalLevel(x) / level).toBeCloseTo(1, 9);
    }
    expect(normalLevel(-Infinity)).toBe(0);
    expect(normalLevel(50)).toBe(1);
  });
});
