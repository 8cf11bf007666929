import { wasm } from "@nn/backend-wasm";
import { sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { adam } from "@nn/optimizers";
import {
  drop,
  extractDate,
  log10,
  neighbours,
  pipeline,
  squared,
  standard,
  targetEncode,
} from "@nn/preprocess";
import { safetensors } from "@nn/safetensors";
import { storeModel } from "@nn/trainer";
import { kFold, tableOf } from "@nn/trainer-kfold";
import { type HouseColumns, houses } from "./rows.ts";

/** A model as its file has it, raw rows, and what it makes of them here. */
export interface Trained {
  readonly file: Uint8Array;
  readonly rows: HouseColumns;
  readonly dollars: readonly number[];
}

/** Trains a model on raw rows, through steps of many kinds. */
export async function train(): Promise<Trained> {
  const backend = wasm({ threads: 1 });
  const { best } = await kFold({
    folds: 2,
    data: tableOf(houses(300)),
    pipeline: pipeline([
      extractDate("date", ["month", "timestamp"]),
      drop("date"),
      log10("price", "area"),
      squared("area"),
      neighbours("price", { by: ["lat", "area"], count: 5 }),
      targetEncode("zipcode", { target: "price" }),
      standard(),
    ]),
    target: "price",
    model: sequential([dense(8, { activation: tanh() }), dense(1)]),
    loss: mse(),
    optimizer: adam({ learningRate: 0.01 }),
    epochs: 5,
    seed: 7,
    backend,
  });
  const { price: _, ...rows } = houses(40);
  const predicted = (await best.predictTable(tableOf(rows))).array("price");
  const file = safetensors().write(await storeModel(best));
  await backend.close?.();
  return { file, rows, dollars: Array.from(predicted as ArrayLike<number>) };
}
