import { wasm } from "@nn/backend-wasm";
import { plugins as layers } from "@nn/layers-dense";
import { plugins as steps } from "@nn/preprocess";
import { safetensors } from "@nn/safetensors";
import { openModel } from "@nn/trainer";
import { predictTable, tableOf } from "@nn/trainer-kfold";
import type { HouseColumns } from "./rows.ts";

declare global {
  /** What the model in a file makes of raw rows; called from outside of the page. */
  var predictRows: (file: readonly number[], rows: HouseColumns) => Promise<readonly number[]>;
}

globalThis.predictRows = async (file, rows) => {
  const stored = safetensors().read(Uint8Array.from(file));
  const model = openModel(stored, {
    plugins: [...layers, ...steps],
    backend: wasm({ threads: 1 }),
  });
  const predicted = await predictTable(model, tableOf(rows));
  return Array.from(predicted.array("price") as ArrayLike<number>);
};
