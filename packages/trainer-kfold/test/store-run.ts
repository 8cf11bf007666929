import { wasm } from "@nn/backend-wasm";
import { sequential, type Tensor } from "@nn/core";
import { workers } from "@nn/executor-workers";
import { dense, tanh } from "@nn/layers-dense";
import { dropout } from "@nn/layers-dropout";
import { mse } from "@nn/losses";
import { momentum, warmRestarts } from "@nn/optimizers";
import { earlyStopping } from "@nn/trainer";
import { folder } from "@nn/trainer/node";
import { type FoldStore, kFold, type KFoldOptions } from "@nn/trainer-kfold";
import { jsonFormat } from "./json-format.ts";
import { curve } from "./support.ts";

/** A run with everything that has to be kept: momentum, dropout, a schedule, early stopping, threads. */
export function longRun(): KFoldOptions<Tensor, Tensor, Tensor> {
  return {
    backend: wasm({ threads: 2 }),
    folds: 3,
    data: curve(150),
    model: sequential([dense(16, { activation: tanh() }), dropout(0.2), dense(1)]),
    loss: mse(),
    optimizer: momentum({ learningRate: warmRestarts({ initial: 0.1, epochs: 5 }) }),
    callbacks: () => [earlyStopping({ patience: 30 })],
    epochs: 40,
    batchSize: 8,
    seed: 11,
  };
}

/** Keeps everything in a folder, snapshots as often as possible. */
export function storeIn(place: string): FoldStore {
  return { ...folder(place, { format: jsonFormat() }), interval: 0 };
}

/** All bits of a result, as text. */
export async function bitsOf(options: KFoldOptions<Tensor, Tensor, Tensor>): Promise<string> {
  const { folds, outOfFold, metrics } = await kFold(options);
  const kept = folds.map(async ({ parameters, history, epochs, bestEpoch }) => {
    const values = Object.entries(parameters).map(async ([path, value]) => [
      path,
      Array.from<number>(await value.read()),
    ]);
    return { values: await Promise.all(values), history, epochs, bestEpoch };
  });
  const predictions = Array.from<number>(outOfFold.predictions.data);
  return JSON.stringify({ folds: await Promise.all(kept), predictions, metrics });
}

// Started by the tests as a process of its own, which is killed: it goes on from the folder that it is told.
if (process.argv[1] === import.meta.filename) {
  const [, , place, isParallel] = process.argv;
  const executor = isParallel === "true" ? workers({ concurrency: 2 }) : undefined;
  const entry = new URL("store-entry.ts", import.meta.url);
  const options = { ...longRun(), store: storeIn(place!) };
  const observe = (fold: number) => ({
    start: ({ step }: { step: number }) =>
      void process.stdout.write(`fold ${fold} from step ${step}\n`),
  });
  const text = await bitsOf({ ...options, observe, ...(executor && { executor, entry }) });
  process.stdout.write(`result ${text}\n`);
  await executor?.close();
  process.exit();
}
