import { js } from "@nn/backend-js";
import { type Backend, type Buffer, tensor, type Tensor } from "@nn/core";
import { r2 } from "@nn/metrics";
import { expect, it } from "vitest";
import {
  integratedGradients,
  partialDependence,
  permutationImportance,
  saliency,
} from "../src/index.ts";
import { modelOf, prices, someHouses } from "./support.ts";

/** A backend that knows what was uploaded and not yet given back. */
function counting(): { readonly backend: Backend; readonly held: ReadonlySet<Buffer> } {
  const inner = js();
  const held = new Set<Buffer>();
  const backend: Backend = {
    ...inner,
    upload(data, type) {
      const buffer = inner.upload(data, type);
      held.add(buffer);
      return buffer;
    },
    release(buffer) {
      held.delete(buffer);
      inner.release?.(buffer);
    },
  };
  return { backend, held };
}

const { inputs, targets } = someHouses(60);

it("gives back all that was uploaded, and leaves tensors to their owner", async () => {
  const { backend, held } = counting();
  const own = tensor(backend, inputs);
  const data = { inputs: own, targets };
  const shared = { model: prices, backend, batchSize: 16 };
  await permutationImportance({ ...shared, data, metric: r2(), repeats: 2 });
  await permutationImportance({
    predict: ({ a }) => a as number[],
    data: { inputs: { a: inputs.map(([a]) => a) }, targets },
    metric: r2(),
    backend,
  });
  const columns = { a: inputs.map(([a]) => a), price: targets.map(([price]) => price) };
  const model = { ...modelOf((x: Tensor) => x), columns: { inputs: ["a"], outputs: ["price"] } };
  const table = { model, table: columns, backend, batchSize: 16 };
  await permutationImportance({ ...table, metric: r2(), repeats: 2 });
  await partialDependence({ ...table, features: ["a"] });
  await partialDependence({ ...shared, inputs: own, features: [0] });
  await saliency({ ...shared, inputs: own, output: inputs.map(() => 0) });
  await integratedGradients({ ...shared, inputs: own, baseline: [inputs[0]!] });
  await integratedGradients({ ...shared, inputs: own, baseline: 1 });
  expect(held.size).toBe(1);
  expect((await own.read())[0]).toBeCloseTo(inputs[0]![0]!, 6);
});

it("gives it back where something fails, too", async () => {
  const { backend, held } = counting();
  const broken = modelOf(() => {
    throw new Error("broken");
  });
  const shared = { model: broken, backend };
  const columns = { inputs: ["a"], outputs: ["price"] };
  const table = { model: { ...broken, columns }, table: { a: [1, 2], price: [1, 2] }, backend };
  const wrong = [
    permutationImportance({ ...shared, data: { inputs, targets }, metric: r2() }),
    permutationImportance({ ...shared, data: { inputs, targets }, metric: r2(), names: ["a"] }),
    permutationImportance({
      predict: ({ a }) => a as number[],
      data: { inputs: { a: [1, 2] }, targets },
      metric: r2(),
      backend,
    }),
    permutationImportance({ ...table, metric: r2() }),
    partialDependence({ ...table, features: ["a"] }),
    partialDependence({ ...shared, inputs, features: [0] }),
    partialDependence({ ...shared, inputs, features: [9] }),
    partialDependence({ ...shared, inputs, features: [0, 1], grid: [[1], ["x"]] }),
    saliency({ ...shared, inputs }),
    saliency({ ...shared, inputs, output: -1 }),
    integratedGradients({ ...shared, inputs, baseline: [[1]] }),
    integratedGradients({ ...shared, inputs }),
  ];
  for (const each of wrong) await expect(each).rejects.toThrow();
  expect(held.size).toBe(0);
});
