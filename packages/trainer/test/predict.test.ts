import { js } from "@nn/backend-js";
import {
  describe as describeModel,
  gradient,
  initialize,
  type Layer,
  reshape,
  sequential,
  square,
  sum,
  tensor,
  type Tensor,
  type Variables,
  vectorize,
  zeros,
} from "@nn/core";
import { dense, flatten, relu, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { describe, expect, it } from "vitest";
import { evaluate, predict } from "../src/index.ts";
import { meanSquare, namesIn, spy } from "./support.ts";

const model = sequential([dense(5, { activation: tanh() }), dense(2)]);

function variablesOn(backend: ReturnType<typeof js>): Variables {
  return initialize(backend, describeModel(model, zeros([1, 3])).declarations, 5);
}

function rowsOf(count: number): number[][] {
  return Array.from({ length: count }, (_, i) => [i, -i, 1 / (i + 1)]);
}

describe("predict", () => {
  const backend = js();
  const variables = variablesOn(backend);

  it("gives every row the same bits, whatever rows are beside it", () => {
    const all = predict(model, variables, rowsOf(2100)).readSync();
    for (const count of [1, 2, 3, 7, 64, 100, 1023, 1024, 1025, 2048]) {
      const some = predict(model, variables, rowsOf(count));
      expect(some.shape).toEqual([count, 2]);
      expect(some.readSync()).toEqual(all.subarray(0, count * 2));
    }
  });

  it("compiles the model for few sizes", () => {
    const { backend: spied, compiled } = spy();
    const own = variablesOn(spied);
    for (let count = 1; count <= 200; count++) predict(model, own, rowsOf(count));
    expect(compiled.filter((program) => namesIn(program).includes("matmul")).length).toBe(9);
  });

  it("takes tensors, and leaves them as they are", () => {
    const inputs = tensor(backend, rowsOf(3));
    const fromTensor = predict(model, variables, inputs).readSync();
    expect(fromTensor).toEqual(predict(model, variables, rowsOf(3)).readSync());
    expect(inputs.readSync().length).toBe(9);
  });

  it("passes transforms on to the model, however many rows there are", () => {
    for (const count of [3, 2100]) {
      const inputs = tensor(backend, rowsOf(count));
      const loss = (x: Tensor): Tensor => sum(square(predict(model, variables, x)));
      const one = tensor(backend, rowsOf(count).slice(-1));
      const [whole, last] = [inputs, one].map((x) => gradient(loss)(x).readSync());
      expect([...whole!.subarray(-3)]).toEqual([...last!]);
      const stacked = reshape(inputs, [1, count, 3]);
      expect(vectorize(loss)(stacked).readSync()).toEqual(loss(inputs).readSync());
      expect(inputs.readSync().length).toBe(count * 3);
    }
  });

  it("takes and gives trees of tensors, storage dtypes too", () => {
    const swap: Layer<{ a: Tensor; b: Tensor }, { x: Tensor; y: Tensor }> = {
      kind: "@nn/trainer/test#swap",
      config: {},
      apply: (_, { a, b }) => ({ x: b, y: a }),
    };
    const inputs = { a: { data: Uint8Array.of(1, 2, 3), shape: [3] }, b: [[1], [2], [3]] };
    const { x, y } = predict(swap, { parameters: {}, state: {} }, inputs, { backend });
    expect([x.shape, [...x.readSync()]]).toEqual([
      [3, 1],
      [1, 2, 3],
    ]);
    expect([y.dtype, [...y.readSync()]]).toEqual(["u8", [1, 2, 3]]);
  });

  it("asks for a backend where it cannot know one", () => {
    expect(() => predict(relu(), { parameters: {}, state: {} }, [[1]])).toThrow(
      "predict: expected variables on a backend, got none; pass { backend } for a model without parameters",
    );
  });

  it("refuses data on another backend", () => {
    expect(() => predict(model, variables, tensor(js(), rowsOf(2)))).toThrow(
      "predict: inputs: is on another backend",
    );
  });

  it("can be called 100,000 times in one synchronous loop in bounded memory", () => {
    const row = Float32Array.of(1, 2, 3);
    const inputs = { data: row, shape: [1, 3] };
    for (let i = 0; i < 1000; i++) predict(model, variables, inputs);
    const before = process.memoryUsage().rss;
    let last: Tensor | undefined;
    for (let i = 0; i < 100_000; i++) last = predict(model, variables, inputs);
    expect(last!.readSync()).toEqual(predict(model, variables, inputs).readSync());
    expect(process.memoryUsage().rss - before).toBeLessThan(250e6);
  });
});

describe("evaluate", () => {
  const backend = js();
  const data = { inputs: [[1], [2], [3], [4], [5]], targets: [[0], [2], [3], [0], [5]] };
  const identity = flatten();

  it("is the mean over all rows, whatever the size of a batch", async () => {
    // By hand: differences 1, 0, 0, 4, 0.
    for (const batchSize of [1, 2, 3, 5, 100]) {
      const options = { loss: mse(), metrics: [meanSquare()], batchSize, backend };
      const found = await evaluate(identity, { parameters: {}, state: {} }, data, options);
      expect(found.loss).toBeCloseTo(17 / 5, 6);
      expect(found.metrics["meanSquare"]).toBeCloseTo(17 / 5, 6);
    }
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses batches of %s rows", async (batchSize) => {
    const options = { loss: mse(), batchSize, backend };
    await expect(evaluate(identity, { parameters: {}, state: {} }, data, options)).rejects.toThrow(
      `evaluate: batchSize must be a whole number from 1, got ${batchSize}`,
    );
  });

  it.each([
    [undefined, "evaluate: expected options such as { loss: … }, got undefined"],
    [{}, "evaluate: expected { loss, metrics } such as { loss: mse(), metrics: [r2()] }"],
    [{ loss: mse(), metric: [] }, "evaluate: there is no option 'metric'; there are loss, metrics"],
  ])("refuses %o", async (options, message) => {
    const variables = { parameters: {}, state: {} };
    await expect(evaluate(identity, variables, data, options as never)).rejects.toThrow(message);
  });

  it("counts rows by their weights", async () => {
    const weighted = { ...data, weights: [1, 1, 1, 0, 1] };
    const options = { loss: mse(), batchSize: 2, backend };
    const { loss } = await evaluate(identity, { parameters: {}, state: {} }, weighted, options);
    expect(loss).toBeCloseTo(1 / 4, 6);
  });

  it("keeps all rows for a metric that collects", async () => {
    const median = {
      ...meanSquare("median"),
      mode: "collect" as const,
      measure: (prediction: Tensor) => ({ prediction }),
      result: ({ prediction }: { readonly [name: string]: ArrayLike<number> }) =>
        Array.from(prediction!).sort((a, b) => a - b)[2]!,
    };
    const options = { loss: mse(), metrics: [median], batchSize: 2, backend };
    const { metrics } = await evaluate(identity, { parameters: {}, state: {} }, data, options);
    expect(metrics["median"]).toBe(3);
  });
});
