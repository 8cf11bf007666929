import { js } from "@nn/backend-js";
import {
  type FittedTransform,
  type Layer,
  type Plugin,
  sequential,
  type StoredModel,
  sub,
  type Tensor,
} from "@nn/core";
import { dense, plugins, tanh } from "@nn/layers-dense";
import { sgd } from "@nn/optimizers";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fit, keepBest, openModel, storeModel } from "../src/index.ts";
import { checkpoint, loadModel, saveModel } from "../src/node.ts";
import { jsonFormat, throughFile } from "./json-format.ts";
import { noisyModel } from "./noise.ts";
import { lineData, lineOptions, meanSquare, valuesOf, xorData, xorOptions } from "./support.ts";

const format = jsonFormat();
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "nn-store-"));
  file = path.join(folder, "model");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Multiplies a column, as a pipeline step would. */
function scaled(by: number): FittedTransform {
  return { kind: "@nn/trainer/test#scaled", config: { by }, transform: (table) => table };
}
const scaledPlugin: Plugin = {
  kind: "@nn/trainer/test#scaled",
  contract: 1,
  create: ({ by }) => scaled(by as number),
};

describe("a model", () => {
  it("comes back from a file with all that was stored with it", async () => {
    const none = { ...meanSquare("none"), result: () => Number.NaN };
    const result = await fit(xorOptions({ epochs: 20, metrics: [none] }));
    const columns = { inputs: ["a", "b"], outputs: ["xor"] };
    await saveModel(
      file,
      { ...result, pipeline: scaled(3), columns },
      { format, metadata: { author: "Ada", metrics: { loss: 0.5 } } },
    );
    expect(await readdir(folder)).toEqual(["model"]);
    const opened = await loadModel(file, {
      format,
      plugins: [...plugins, scaledPlugin],
      backend: js(),
    });
    expect(await valuesOf(opened.parameters)).toEqual(await valuesOf(result.parameters));
    expect(await opened.predict(xorData.inputs).read()).toEqual(
      await result.predict(xorData.inputs).read(),
    );
    expect(opened.history).toEqual(result.history);
    expect(opened.pipeline?.config).toEqual({ by: 3 });
    expect(opened.columns).toEqual(columns);
    expect(opened.metadata).toEqual({ author: "Ada", metrics: { loss: 0.5 } });
  });

  it("can be trained on, on another backend than its own", async () => {
    const optimizer = sgd({ learningRate: 0.1 });
    const first = await fit(xorOptions({ optimizer, epochs: 30 }));
    const stored = throughFile(await storeModel(first));
    const opened = openModel(stored, { plugins, backend: js() });
    const more = await fit(
      xorOptions({ model: opened.model, variables: opened, optimizer, epochs: 30 }),
    );
    const whole = await fit(xorOptions({ optimizer, epochs: 60 }));
    expect(await valuesOf(more.parameters)).toEqual(await valuesOf(whole.parameters));
    expect((await opened.parameters["0/weights"]!.read()).length).toBe(6);
  });

  it("keeps its dtype, and trees of inputs", async () => {
    const model: Layer<{ a: Tensor; b: Tensor }> = {
      kind: "@nn/trainer/test#difference",
      config: {},
      apply: (scope, { a, b }) => scope.apply("out", dense(1), sub(a, b)),
    };
    const plugin: Plugin = { kind: model.kind, contract: 1, create: () => model };
    const inputs = { a: [[1], [2]], b: [[0], [4]] };
    const { loss } = xorOptions();
    const result = await fit({
      backend: js(),
      model,
      data: { inputs, targets: [[1], [-2]] },
      loss,
      optimizer: sgd(),
      epochs: 2,
      dtype: "f64",
    });
    const stored = throughFile(await storeModel(result));
    expect(stored.metadata["inputTypes"]).toEqual({
      a: { shape: [1], dtype: "f64" },
      b: { shape: [1], dtype: "f64" },
    });
    const opened = openModel<{ a: Tensor; b: Tensor }>(stored, {
      plugins: [...plugins, plugin],
      backend: js(),
    });
    expect(opened.parameters["out/weights"]!.dtype).toBe("f64");
    expect(await opened.predict(inputs).read()).toEqual(await result.predict(inputs).read());
  });

  it("can be stored with variables from anywhere", async () => {
    const { model, parameters, state } = await fit(xorOptions({ epochs: 2 }));
    const stored = await storeModel({ model, parameters, state });
    const opened = openModel(throughFile(stored), { plugins, backend: js() });
    expect(opened.history).toBeUndefined();
    expect(await valuesOf(opened.parameters)).toEqual(await valuesOf(parameters));
  });

  it("can be opened from a checkpoint", async () => {
    const options = xorOptions({ epochs: 9 });
    const result = await fit({ ...options, callbacks: [checkpoint({ file, format }), keepBest()] });
    const opened = await loadModel(file, { format, plugins, backend: js() });
    expect(opened.history).toEqual(result.history);
    expect(opened.metadata).toEqual({});
    expect(await valuesOf(opened.parameters)).toEqual(
      await valuesOf((await fit(options)).parameters),
    );
  });

  it("has its state", async () => {
    const plugin: Plugin = {
      kind: "@nn/trainer/test#noise",
      contract: 1,
      create: () => {
        throw new Error("not needed");
      },
    };
    const result = await fit(lineOptions({ model: noisyModel(), epochs: 3 }));
    const stored = throughFile(await storeModel(result));
    expect([...stored.tensors["state/noise/steps"]!.data]).toEqual([12]);
    expect(() => openModel(stored, { plugins: [...plugins, plugin], backend: js() })).toThrow(
      "not needed",
    );
  });
});

describe("what is wrong with a file", () => {
  const stored = async (): Promise<StoredModel> =>
    throughFile(await storeModel(await fit(xorOptions({ epochs: 1 }))));
  const open = (model: StoredModel): unknown => openModel(model, { plugins, backend: js() });

  it("is said by the names of the tensors", async () => {
    const { tensors, metadata } = await stored();
    const { "parameters/1/bias": bias, ...rest } = tensors;
    expect(() => open({ tensors: rest, metadata })).toThrow(
      "openModel: the stored tensors lack '1/bias', which the model needs",
    );
    expect(() =>
      open({ tensors: { ...rest, "parameters/1/bias": { ...bias!, shape: [1, 1] } }, metadata }),
    ).toThrow("parameter '1/bias' is f32[1,1] where the model needs f32[1]");
    expect(() => open({ tensors: { ...tensors, "parameters/2/bias": bias! }, metadata })).toThrow(
      "the model has no parameter '2/bias'",
    );
    expect(() => open({ tensors: { ...tensors, "state/count": bias! }, metadata })).toThrow(
      "the model has no state 'count'",
    );
    const short = { ...bias!, data: new Float32Array(0) };
    expect(() => open({ tensors: { ...rest, "parameters/1/bias": short }, metadata })).toThrow(
      "openModel: '1/bias': tensor: shape [1] does not hold the 0 elements that were given",
    );
  });

  it("is said of its metadata", async () => {
    const { tensors, metadata } = await stored();
    expect(() => open({ tensors, metadata: {} })).toThrow(
      "openModel: there is no model beside the tensors",
    );
    expect(() => openModel({ tensors, metadata }, { plugins: [], backend: js() })).toThrow(
      "install @nn/layers-dense",
    );
    const other = { kind: tanh().kind, config: {} };
    expect(() => open({ tensors, metadata: { ...metadata, model: other } })).toThrow(
      "the model has no",
    );
    for (const inputTypes of [3, null, { shape: [-1], dtype: "f32" }, { shape: [1], dtype: "f99" }])
      expect(() => open({ tensors, metadata: { ...metadata, inputTypes } })).toThrow(
        "openModel: inputTypes",
      );
  });

  it("is said of what no format should give", async () => {
    const { tensors, metadata } = await stored();
    for (const wrong of [
      null,
      {},
      { tensors },
      { tensors: null, metadata },
      { tensors: { ...tensors, "history/loss": null }, metadata },
      { tensors: { ...tensors, "parameters/1/bias": { shape: [1], dtype: "f32" } }, metadata },
    ])
      expect(() => open(wrong as never)).toThrow(
        "openModel: expected { tensors, metadata }, as storeModel() gives them and formats read them",
      );
    const pipeline = { kind: tanh().kind, config: {} };
    expect(() => open({ tensors, metadata: { ...metadata, pipeline } })).toThrow(
      "openModel: @nn/layers-dense#tanh is no pipeline that has been fitted",
    );
  });

  it("is said before anything is written", async () => {
    const result = await fit(xorOptions({ epochs: 1 }));
    await expect(saveModel(file, result, { format, metadata: { run: 1 } })).rejects.toThrow(
      "storeModel: metadata cannot have the name 'run', which is taken; choose another",
    );
    await expect(saveModel(file, result, {} as never)).rejects.toThrow(
      "saveModel: format must be a format such as safetensors(), got undefined",
    );
    await expect(saveModel(file, {} as never, { format })).rejects.toThrow(
      "storeModel: expected what fit() returned, or { model, parameters, state }",
    );
    await expect(saveModel("", result, { format })).rejects.toThrow(
      'saveModel: file must be the name of a file, got ""',
    );
    const model = { kind: "@acme/layers#made", config: { of: (() => 1) as never } };
    await expect(saveModel(file, { ...result, model }, { format })).rejects.toThrow(
      "encode: @acme/layers#made.of is a function, which JSON cannot hold",
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves what was there, when it is not written to the end", async () => {
    const result = await fit(lineOptions({ epochs: 1, model: sequential([dense(1)]) }));
    await saveModel(file, result, { format });
    const before = await readFile(file);
    const failing = { ...format, write: () => ({ length: 1 }) as Uint8Array };
    await expect(saveModel(file, result, { format: failing })).rejects.toThrow(
      'The "data" argument',
    );
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(folder)).toEqual(["model"]);
    expect((await result.evaluate(lineData)).loss).toBeGreaterThan(0);
  });

  it("is said when there is none, or another one", async () => {
    const options = { format, plugins, backend: js() };
    await expect(loadModel(file, options)).rejects.toThrow(`loadModel: there is no file '${file}'`);
    await writeFile(file, "half a mod");
    await expect(loadModel(file, options)).rejects.toThrow();
    await expect(loadModel(file, { ...options, backend: undefined as never })).rejects.toThrow();
  });
});
