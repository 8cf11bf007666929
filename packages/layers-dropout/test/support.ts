import { js } from "@nn/backend-js";
import { applyModel, jit, type Layer, type Tensor, tensor } from "@nn/core";

export const backend = js();

/** Numbers of this shape: 1 everywhere, or as they are given. */
export function inputOf(shape: readonly number[], values?: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(backend, Float64Array.from(values ?? Array<number>(size).fill(1)), { shape });
}

/** A random key. */
export function keyOf(seed: number): Tensor {
  return tensor(backend, [0, seed], { dtype: "i32" });
}

/** The output of a layer, in training unless `training` says otherwise. */
export function outputOf(layer: Layer, x: Tensor, seed = 1, training = true): number[] {
  const key = keyOf(seed);
  const apply = jit(
    (input: Tensor, k: Tensor) =>
      applyModel(layer, { parameters: {}, state: {} }, input, { training, key: k }).output,
  );
  return Array.from(apply(x, key).readSync());
}

/** Mean and standard deviation. */
export function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
