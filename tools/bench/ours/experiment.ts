import { type Layer, type Loss, sequential, type UpdateRule } from "@nn/core";
import { dense, flatten, relu, tanh } from "@nn/layers-dense";
import { dropout } from "@nn/layers-dropout";
import { crossEntropy, mse } from "@nn/losses";
import { adam, momentum, sgd } from "@nn/optimizers";
import type { DataSet } from "@nn/trainer";
import type { SyntheticData } from "../data.ts";
import type { LayerSpec, OptimizerSpec, Workload } from "../workload.ts";
import { conv, lstm, maxPool } from "./layers.ts";

/** What `fit` is given for a workload, whatever the backend. */
export interface Experiment {
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: UpdateRule;
  readonly batchSize: number;
}

/** The workload as one writes it for `fit`. Layers are named by their position, as in `0/weights`. */
export function experimentOf(workload: Workload): Experiment {
  return {
    model: sequential(workload.layers.map(layerOf)),
    loss: workload.loss === "mse" ? mse() : crossEntropy(),
    optimizer: optimizerOf(workload.optimizer),
    batchSize: workload.batchSize,
  };
}

/** Data as `fit` takes it. */
export function dataSet({ inputShape, classes }: Workload, data: SyntheticData): DataSet {
  const rows = data.targets.length;
  return {
    inputs: { data: data.inputs, shape: [rows, ...inputShape] },
    targets: { data: data.targets, shape: classes ? [rows] : [rows, 1] },
  };
}

function layerOf(spec: LayerSpec): Layer {
  switch (spec.kind) {
    case "dense":
      return dense(spec.units, spec.activation && { activation: activationOf(spec.activation) });
    case "conv":
      return conv(spec.filters, spec.size, spec.activation && activationOf(spec.activation));
    case "maxPool":
      return maxPool(spec.size);
    case "flatten":
      return flatten();
    case "dropout":
      return dropout(spec.rate);
    case "lstm":
      return lstm(spec.units);
  }
}

function activationOf(name: "relu" | "tanh"): Layer {
  return name === "relu" ? relu() : tanh();
}

function optimizerOf({ kind, ...options }: OptimizerSpec): UpdateRule {
  switch (kind) {
    case "sgd":
      return sgd(options);
    case "momentum":
      return momentum(options);
    case "adam":
      return adam(options);
  }
}
