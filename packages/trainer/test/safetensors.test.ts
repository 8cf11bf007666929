import { js } from "@nn/backend-js";
import { type Callback, type StoredModel } from "@nn/core";
import { plugins } from "@nn/layers-dense";
import { safetensors } from "@nn/safetensors";
import { expect, it } from "vitest";
import { earlyStopping, fit, openModel, storeModel } from "../src/index.ts";
import { noisyModel } from "./noise.ts";
import { lineData, lineOptions, meanSquare, valuesOf, xorOptions } from "./support.ts";

const format = safetensors();

it("a safetensors file holds a snapshot to the last bit, at every step", async () => {
  const taken: StoredModel[] = [];
  const none = { ...meanSquare("none"), result: () => Number.NaN };
  const make = (callbacks: Callback[] = []) =>
    lineOptions({
      model: noisyModel(),
      validation: lineData,
      metrics: [none],
      epochs: 3,
      callbacks: [earlyStopping({ patience: 2 }), ...callbacks],
    });
  const expected = await fit(make());
  const take: Callback = {
    start(run) {
      const snap = async (): Promise<void> => void taken.push(await run.snapshot());
      Object.assign(take, { progress: snap, epoch: snap });
      return snap();
    },
  };
  await fit(make([take]));
  expect(taken.length).toBeGreaterThan(6);
  for (const snapshot of taken) {
    const resume = format.read(format.write(snapshot));
    const result = await fit({ ...make(), resume });
    expect(await valuesOf(result.parameters)).toEqual(await valuesOf(expected.parameters));
    expect(result.history).toEqual(expected.history);
  }
});

it("a safetensors file holds a model", async () => {
  const result = await fit(xorOptions({ epochs: 3 }));
  const stored = format.read(format.write(await storeModel(result, { metadata: { name: "xor" } })));
  const opened = openModel(stored, { plugins, backend: js() });
  expect(await valuesOf(opened.parameters)).toEqual(await valuesOf(result.parameters));
  expect([opened.history, opened.metadata]).toEqual([result.history, { name: "xor" }]);
});
