import { js } from "@nn/backend-js";
import { type Layer, sequential, type Tensor } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { r2 } from "@nn/metrics";
import { momentum } from "@nn/optimizers";
import type { KFoldOptions } from "@nn/trainer-kfold";

/** Numbers from 0 to below 1 that depend on the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Examples of y = sin(3a) + b / 2. */
export function curve(rows: number): { inputs: number[][]; targets: number[][] } {
  const next = randomNumbers(rows);
  const inputs = Array.from({ length: rows }, () => [next() * 2 - 1, next() * 2 - 1]);
  return { inputs, targets: inputs.map(([a, b]) => [Math.sin(3 * a!) + b! / 2]) };
}

export function network(): Layer {
  return sequential([dense(6, { activation: tanh() }), dense(1)]);
}

/** A regression that takes a fraction of a second. */
export function regression(rows = 41): KFoldOptions<Tensor, Tensor, Tensor> {
  return {
    backend: js(),
    folds: 4,
    model: network,
    data: curve(rows),
    loss: mse(),
    metrics: [r2()],
    optimizer: momentum({ learningRate: 0.1 }),
    epochs: 20,
    batchSize: 8,
    seed: 7,
  };
}
