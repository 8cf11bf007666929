import {
  cast,
  concatenate,
  exp,
  gather,
  mul,
  reshape,
  square,
  sum,
  tensor,
  type Tensor,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import { saliency } from "../src/index.ts";
import { backend, column, modelOf, numbersOf, prices, someRows } from "./support.ts";

const inputs = someRows(50, 5);
const options = { model: prices, inputs, backend };

/** The derivatives of the price with respect to the columns. */
function slopes([, b = 0, c = 0, d = 0]: readonly number[]): number[] {
  return [2, -1 + 1.5 * c, 1.5 * b, d, 0];
}

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
}

/** Three classes: the logits are x0², 3x1 and -x0. */
const classifier = modelOf((x: Tensor) =>
  concatenate([square(column(x, 0)), mul(column(x, 1), 3), mul(column(x, 0), -1)], 1),
);
const points = [
  [2, 0],
  [1, 1],
  [-3, -4],
];

describe("saliency", () => {
  it("is the gradient, as it is, its magnitude, or times the input", async () => {
    const signed = await saliency({ ...options, form: "signed" });
    expect(signed.values).toMatchObject({ shape: [50, 5], dtype: "f32" });
    expectClose(numbersOf(signed.values), inputs.flatMap(slopes));
    const magnitude = await saliency(options);
    expectClose(numbersOf(magnitude.values), inputs.flatMap(slopes).map(Math.abs));
    const times = await saliency({ ...options, form: "timesInput" });
    const products = inputs.flatMap((row) => slopes(row).map((slope, i) => slope * row[i]!));
    expectClose(numbersOf(times.values), products);
  });

  it("does not depend on the batch size", async () => {
    const whole = await saliency(options);
    for (const batchSize of [1, 7, 50]) {
      const found = await saliency({ ...options, batchSize });
      expect(found).toEqual(whole);
    }
  });

  it("explains one output, that of each row, or the largest", async () => {
    const shared = { model: classifier, inputs: points, backend, form: "signed" as const };
    const second = await saliency({ ...shared, output: 1 });
    expect(numbersOf(second.values)).toEqual([0, 3, 0, 3, 0, 3]);
    expect(Array.from(second.outputs)).toEqual([0, 3, -12]);
    const own = await saliency({ ...shared, output: Uint8Array.of(0, 2, 0), batchSize: 2 });
    expect(numbersOf(own.values)).toEqual([4, 0, -1, 0, -6, 0]);
    const largest = await saliency({ ...shared, output: "largest" });
    expect(numbersOf(largest.values)).toEqual([4, 0, 0, 3, -6, 0]);
    expect(Array.from(largest.outputs)).toEqual([4, 3, 9]);
  });

  it("explains any function of the prediction", async () => {
    const output = (prediction: Tensor): Tensor => sum(exp(prediction), 1);
    const { values } = await saliency({ ...options, output, form: "signed" });
    const price = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number =>
      2 * a - b + 1.5 * b * c + 0.5 * d * d;
    const expected = inputs.flatMap((row) =>
      slopes(row).map((each) => each * Math.exp(price(row))),
    );
    numbersOf(values).forEach((value, i) =>
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4),
    );
  });

  it("keeps the form of several inputs, and has 0 for whole numbers", async () => {
    const model = modelOf(({ code, image }: { code: Tensor; image: Tensor }) => {
      const factor = gather(tensor(backend, [2, 5]), code);
      return mul(factor, sum(reshape(square(image), [code.size, 4]), 1));
    });
    const image = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 2, 2] };
    const { values } = await saliency({
      model,
      inputs: { code: Int32Array.of(0, 1), image },
      backend,
    });
    expect(values.code).toEqual({ shape: [2], dtype: "f32", data: new Float32Array(2) });
    expect(values.image.shape).toEqual([2, 2, 2]);
    expect(numbersOf(values.image)).toEqual([4, 8, 12, 16, 50, 60, 70, 80]);
  });

  it("computes in double precision where the inputs do", async () => {
    const given = tensor(backend, [[1, 1, 1, 1 / 3, 1]], { dtype: "f64" });
    const { values } = await saliency({ model: prices, inputs: given, backend });
    expect(values).toMatchObject({ dtype: "f64" });
    expect(values.data[3]).toBe(1 / 3);
  });

  it("tells how far it is, and stops at a signal", async () => {
    const told: number[] = [];
    await saliency({ ...options, batchSize: 20, onProgress: ({ done }) => told.push(done) });
    expect(told).toEqual([20, 40, 50]);
    const reason = new Error("enough");
    await expect(saliency({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

it.each([
  ["an unknown option", { outputs: 1 }, "there is no option 'outputs'"],
  [
    "an unknown form",
    { form: "absolute" },
    "form must be magnitude, signed, timesInput, got 'absolute'",
  ],
  ["an inherited name as the form", { form: "toString" }, "form must be magnitude"],
  [
    "a choice that is missing",
    { model: classifier },
    "the model has 3 outputs; say which one to explain",
  ],
  ["an output too far", { model: classifier, output: 3 }, "output must be below 3"],
  ["half an output", { output: 0.5 }, "output must be a whole number from 0, got 0.5"],
  ["an output by name", { output: "price" }, "output must be the number of an output"],
  ["too few outputs", { output: [0, 0] }, "output has 2 numbers for 50 rows"],
  ["a list with a wrong output", { output: inputs.map((_, i) => -i) }, "got -1 for row 1"],
  [
    "a function of the whole batch",
    { output: (x: Tensor) => sum(x) },
    "the output function must give one",
  ],
  ["a function of nothing", { output: () => 3 }, "[50], got 3"],
  [
    "a tree without a function",
    { model: modelOf((x: Tensor) => [x]) },
    "the prediction is a tree of tensors",
  ],
  ["whole numbers alone", { inputs: Int32Array.of(1, 2) }, "inputs has no floating-point numbers"],
  ["no inputs", { inputs: [] }, "inputs: "],
  ["a bare layer", { model: prices.model }, "got a layer without its parameters"],
  ["batches of none", { batchSize: 0 }, "batchSize must be a whole number from 1, got 0"],
])("refuses %s", async (_, changes, message) => {
  const wrong = { ...options, ...changes } as typeof options;
  await expect(saliency(wrong)).rejects.toThrow(message);
  await expect(saliency(wrong)).rejects.toThrow(/^saliency: /);
});

it("explains integer outputs by no gradient", async () => {
  const model = modelOf((x: Tensor) => cast(column(x, 0), "i32"));
  await expect(saliency({ ...options, model })).rejects.toThrow(
    "saliency: the prediction is i32[50,1]",
  );
});
