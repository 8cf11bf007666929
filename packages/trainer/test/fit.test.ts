import { js } from "@nn/backend-js";
import { type Layer, mul, sequential, sub, tensor, type Tensor } from "@nn/core";
import { constant, dense, tanh } from "@nn/layers-dense";
import { momentum, sgd } from "@nn/optimizers";
import { describe, expect, it } from "vitest";
import { fit } from "../src/index.ts";
import { lineData, lineOptions, meanSquare, valuesOf, xorData, xorOptions } from "./support.ts";

describe("fit", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])("learns XOR from seed %i", async (seed) => {
    const { history, predict, ended, epochs, steps } = await fit(
      xorOptions({ seed, epochs: 1000 }),
    );
    expect(history.loss.at(-1)).toBeLessThan(1e-2);
    expect([ended, epochs, steps, history.loss.length]).toEqual(["epochs", 1000, 1000, 1000]);
    const truth = await predict(xorData.inputs).read();
    [0, 1, 1, 0].forEach((expected, i) => expect(Math.abs(truth[i]! - expected)).toBeLessThan(0.2));
  });

  it("gives the same result to the last bit for the same seed, and another one for another", async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map(async (seed) => fit(lineOptions({ seed }))),
    );
    expect(await valuesOf(again!.parameters)).toEqual(await valuesOf(first!.parameters));
    expect(again!.history).toEqual(first!.history);
    expect(await valuesOf(other!.parameters)).not.toEqual(await valuesOf(first!.parameters));
  });

  it("does not depend on how steps are put into chunks", async () => {
    const free = await fit(xorOptions({ epochs: 3000 }));
    const perEpoch = await fit(
      xorOptions({ epochs: 3000, callbacks: [{ epoch: () => undefined }] }),
    );
    expect(await valuesOf(perEpoch.parameters)).toEqual(await valuesOf(free.parameters));
    expect(perEpoch.history).toEqual(free.history);
  });

  it("takes the steps that can be worked out by hand", async () => {
    // y = w x with w = 1 at first, targets 0, x = 1 and 3: gradients are 2 w x² / batch.
    const model = dense(1, { bias: false, weights: { initializer: constant(1) } });
    const options = { model, optimizer: sgd({ learningRate: 0.01 }), epochs: 1, shuffle: false };
    const data = { inputs: [[1], [3]], targets: [[0], [0]] };
    const whole = await fit(xorOptions({ ...options, data, dtype: "f64" }));
    expect((await whole.parameters["weights"]!.read())[0]).toBeCloseTo(1 - 0.01 * 10, 14);
    expect(whole.history.loss[0]).toBeCloseTo(5, 14);
    const single = await fit(xorOptions({ ...options, data, dtype: "f64", batchSize: 1 }));
    expect((await single.parameters["weights"]!.read())[0]).toBeCloseTo(
      0.98 - 0.01 * 18 * 0.98,
      14,
    );
    expect(single.history.loss[0]).toBeCloseTo((1 + 9 * 0.98 ** 2) / 2, 14);
  });

  it("counts examples by their weights", async () => {
    const model = dense(1, { bias: false, weights: { initializer: constant(1) } });
    const data = { inputs: [[1], [3]], targets: [[0], [0]], weights: [3, 1] };
    const optimizer = sgd({ learningRate: 0.01 });
    const { parameters, history } = await fit(
      xorOptions({ model, data, optimizer, epochs: 1, dtype: "f64" }),
    );
    // By hand: the loss is (3 · 1 + 1 · 9) / 4 · w².
    expect((await parameters["weights"]!.read())[0]).toBeCloseTo(1 - 0.01 * 6, 14);
    expect(history.loss[0]).toBeCloseTo(3, 14);
  });

  it("visits every row once an epoch, in another order every time", async () => {
    const seen: number[] = [];
    const watch: Layer = {
      kind: "@nn/trainer/test#watch",
      config: {},
      apply: (scope, x) => mul(x, scope.parameter("scale", [1], { initializer: constant(1) })),
    };
    // With a rate of 0 and batches of one row, the losses are the squares of the rows.
    const result = await fit(
      xorOptions({
        model: watch,
        data: { inputs: [[1], [2], [3], [4], [5]], targets: [[0], [0], [0], [0], [0]] },
        optimizer: sgd({ learningRate: 0 }),
        batchSize: 1,
        epochs: 4,
        callbacks: [
          { progress: ({ loss }) => void seen.push(Math.sqrt(loss)) },
          { epoch: () => undefined },
        ],
      }),
    );
    expect(result.history.loss).toEqual([11, 11, 11, 11]);
    expect(seen.length).toBeGreaterThanOrEqual(4);
  });

  it("trains on the last, smaller batch too", async () => {
    const { steps, history } = await fit(
      lineOptions({ epochs: 50, optimizer: sgd({ learningRate: 0.3 }) }),
    );
    expect(steps).toBe(200);
    expect(history.loss.at(-1)).toBeLessThan(1e-3);
  });

  it("computes in f64 where that is chosen", async () => {
    const { parameters } = await fit(xorOptions({ dtype: "f64", epochs: 5 }));
    expect(Object.values(parameters).map(({ dtype }) => dtype)).toEqual([
      "f64",
      "f64",
      "f64",
      "f64",
    ]);
  });

  it("leaves frozen parameters as they are and trains the others", async () => {
    const model = sequential({
      hidden: dense(3, { activation: tanh(), weights: { trainable: false } }),
      output: dense(1),
    });
    const before = await fit(xorOptions({ model, epochs: 1, optimizer: sgd({ learningRate: 0 }) }));
    const after = await fit(xorOptions({ model, epochs: 50 }));
    const [first, last] = [await valuesOf(before.parameters), await valuesOf(after.parameters)];
    expect(last["hidden/weights"]).toEqual(first["hidden/weights"]);
    for (const path of ["hidden/bias", "output/weights", "output/bias"])
      expect(last[path]).not.toEqual(first[path]);
  });

  it("gives a layer the optimizer that it brings along", async () => {
    const model = sequential({
      still: dense(3, { activation: tanh(), optimizer: sgd({ learningRate: 0 }) }),
      moving: dense(1, { weights: { optimizer: momentum({ learningRate: 0.05 }) } }),
    });
    const before = await fit(xorOptions({ model, epochs: 1, optimizer: sgd({ learningRate: 0 }) }));
    const after = await fit(xorOptions({ model, epochs: 50, optimizer: sgd({ learningRate: 0 }) }));
    const [first, last] = [await valuesOf(before.parameters), await valuesOf(after.parameters)];
    expect(last["still/weights"]).toEqual(first["still/weights"]);
    expect(last["moving/bias"]).toEqual(first["moving/bias"]);
    expect(last["moving/weights"]).not.toEqual(first["moving/weights"]);
  });

  it("trains the parameters of a shared layer once, with both of its gradients", async () => {
    const shared = dense(2, { activation: tanh() });
    const model = sequential({ first: shared, second: shared, output: dense(1) });
    const { parameters, history } = await fit(xorOptions({ model, epochs: 1500 }));
    expect(Object.keys(parameters).sort()).toEqual([
      "first/bias",
      "first/weights",
      "output/bias",
      "output/weights",
    ]);
    expect(history.loss.at(-1)).toBeLessThan(0.1);
  });

  it("goes on from earlier variables, which stay usable", async () => {
    const first = await fit(xorOptions({ optimizer: sgd({ learningRate: 0.1 }), epochs: 30 }));
    const more = await fit(
      xorOptions({
        backend: backendOf(first.parameters["0/weights"]!),
        variables: first,
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 30,
      }),
    );
    const whole = await fit(xorOptions({ optimizer: sgd({ learningRate: 0.1 }), epochs: 60 }));
    expect(await valuesOf(more.parameters)).toEqual(await valuesOf(whole.parameters));
    expect((await first.parameters["0/weights"]!.read()).length).toBe(6);
  });

  it("accumulates metrics while it trains and evaluates a validation set after every epoch", async () => {
    const result = await fit(
      lineOptions({ metrics: [meanSquare()], validation: lineData, epochs: 3 }),
    );
    const { history } = result;
    expect(Object.keys(history).sort()).toEqual([
      "loss",
      "meanSquare",
      "validation/loss",
      "validation/meanSquare",
    ]);
    history.loss.forEach((loss, i) => expect(history["meanSquare"]![i]).toBeCloseTo(loss, 5));
    const { loss, metrics } = await result.evaluate(lineData);
    expect(history["validation/loss"]!.at(-1)).toBe(loss);
    expect(history["validation/meanSquare"]!.at(-1)).toBe(metrics["meanSquare"]);
  });

  it("keeps metrics apart whose names begin in the same way", async () => {
    const counting = { ...meanSquare("a"), result: (values: object) => Object.keys(values).length };
    const { history } = await fit(
      lineOptions({ metrics: [counting, { ...counting, name: "a/b" }], epochs: 1 }),
    );
    expect([history["a"], history["a/b"]]).toEqual([[2], [2]]);
  });

  it("refuses a metric whose figure is no number", async () => {
    const table = { ...meanSquare(), result: () => ({ a: 1 }) as never };
    await expect(fit(lineOptions({ metrics: [table], epochs: 1 }))).rejects.toThrow(
      "@nn/trainer/test#meanSquare: a figure must be a number here, got object",
    );
  });

  it("takes trees of inputs, and tensors that are on the backend already", async () => {
    const backend = js();
    const model: Layer<{ a: Tensor; b: Tensor }> = {
      kind: "@nn/trainer/test#difference",
      config: {},
      apply: (scope, { a, b }) => scope.apply("out", dense(1), sub(a, b)),
    };
    const a = tensor(backend, [[1], [2], [3]]);
    const { history } = await fit({
      backend,
      model,
      data: { inputs: { a, b: [[0], [4], [1]] }, targets: [[1], [-2], [2]] },
      loss: xorOptions().loss,
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 200,
    });
    expect(history.loss.at(-1)).toBeLessThan(1e-4);
    expect([...(await a.read())]).toEqual([1, 2, 3]);
  });
});

function backendOf({ source }: Tensor): ReturnType<typeof js> {
  if (source.state !== "value") throw new Error("no value");
  return source.backend;
}
