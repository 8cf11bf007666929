import { concatenate, mul, sequential, square, type Tensor } from "@nn/core";
import { dense, relu, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { adam } from "@nn/optimizers";
import { fit } from "@nn/trainer";
import { describe, expect, it } from "vitest";
import { integratedGradients } from "../src/index.ts";
import { backend, column, modelOf, numbersOf, prices, someHouses, someRows } from "./support.ts";

const inputs = someRows(40, 5);
const options = { model: prices, inputs, backend };

describe("integratedGradients", () => {
  it("shares the products of polynomials evenly, as the integral does", async () => {
    const { values, gaps } = await integratedGradients({ ...options, steps: 2 });
    const expected = inputs.flatMap(([a = 0, b = 0, c = 0, d = 0]) => {
      const both = 0.75 * b * c;
      return [2 * a, -b + both, both, 0.5 * d * d, 0];
    });
    numbersOf(values).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    expect(gaps).toHaveLength(40);
    for (const gap of gaps) expect(gap).toBeLessThan(1e-5);
  });

  it("adds up to the difference between an output and that of the baseline", async () => {
    for (const [activation, steps, limit] of [
      [tanh(), 32, 1e-9],
      [relu(), 300, 0.02],
    ] as const) {
      const result = await fit({
        backend,
        model: sequential([dense(12, { activation }), dense(12, { activation }), dense(1)]),
        data: someHouses(),
        dtype: "f64",
        loss: mse(),
        optimizer: adam({ learningRate: 0.01 }),
        epochs: 10,
        seed: 3,
      });
      const baseline = [[0.5, -0.5, 0.25, 0, 1]];
      const found = await integratedGradients({ model: result, inputs, baseline, steps });
      const [start] = await result.predict(baseline).read();
      const ends = await result.predict(inputs).read();
      inputs.forEach((_, row) => {
        expect(found.outputs[row]).toBeCloseTo(ends[row]!, 12);
        expect(found.baselineOutputs[row]).toBeCloseTo(start!, 12);
        const own = Array.from(found.values.data.subarray(5 * row, 5 * row + 5));
        const total = own.reduce((sum: number, value) => sum + value, 0);
        const gap = Math.abs(total - (ends[row]! - start!));
        expect(gap).toBeLessThan(limit);
        expect(found.gaps[row]).toBeCloseTo(gap, 12);
      });
    }
  });

  it("takes one number, one example or an example for each row as the baseline", async () => {
    const half = await integratedGradients({ ...options, baseline: 0.5 });
    const rows = inputs.map(() => [0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(await integratedGradients({ ...options, baseline: [rows[0]!] })).toEqual(half);
    expect(await integratedGradients({ ...options, baseline: rows, batchSize: 16 })).toEqual(half);
    const zero = await integratedGradients({ ...options, baseline: inputs });
    expect(numbersOf(zero.values).every((value) => value === 0)).toBe(true);
  });

  it("explains the output that is largest for the inputs, all the way from the baseline", async () => {
    const model = modelOf((x: Tensor) =>
      concatenate([square(column(x, 0)), mul(column(x, 1), 2)], 1),
    );
    const { values, outputs, baselineOutputs } = await integratedGradients({
      model,
      inputs: [
        [3, 1],
        [1, 3],
      ],
      baseline: [[0, 4]],
      output: "largest",
      backend,
    });
    expect(Array.from(outputs)).toEqual([9, 6]);
    expect(Array.from(baselineOutputs)).toEqual([0, 8]);
    [9, 0, 0, -2].forEach((value, i) => expect(values.data[i]).toBeCloseTo(value, 5));
  });

  it("takes inputs of several tensors", async () => {
    const model = modelOf(({ a, b }: { a: Tensor; b: Tensor }) => mul(a, b));
    const { values } = await integratedGradients({
      model,
      inputs: { a: [1, 2], b: [4, 5] },
      backend,
    });
    expect(numbersOf(values.a).map((value) => value.toFixed(4))).toEqual(["2.0000", "5.0000"]);
    expect(numbersOf(values.b).map((value) => value.toFixed(4))).toEqual(["2.0000", "5.0000"]);
  });
});

it.each([
  ["an unknown option", { form: "signed" }, "there is no option 'form'"],
  ["no steps", { steps: 0 }, "steps must be a whole number from 1, got 0"],
  [
    "a baseline that is not finite",
    { baseline: NaN },
    "baseline must be a finite number or examples, got NaN",
  ],
  [
    "a baseline of other columns",
    { baseline: [[0, 0]] },
    "baseline is f32[1,2], expected f32 with 1 or 40 rows of [5]",
  ],
  [
    "a baseline of some rows",
    { baseline: inputs.slice(3) },
    "baseline is f32[37,5], expected f32 with 1 or 40 rows",
  ],
  [
    "a baseline of another form",
    { baseline: { a: [1] } },
    "baseline must have the form of the inputs",
  ],
  ["a baseline by name", { baseline: "mean" }, "baseline: expected a tensor"],
])("refuses %s", async (_, changes, message) => {
  const wrong = { ...options, ...changes } as typeof options;
  await expect(integratedGradients(wrong)).rejects.toThrow(message);
  await expect(integratedGradients(wrong)).rejects.toThrow(/^integratedGradients: /);
});
