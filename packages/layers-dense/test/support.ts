import { js } from "@nn/backend-js";
import {
  applyModel,
  describe as describeModel,
  type DType,
  initialize,
  jit,
  type Layer,
  type Tensor,
  tensor,
  type TensorData,
  type Variables,
} from "@nn/core";

export const backend = js();

/** First values for a layer's parameters, for inputs like this one. */
export function start(layer: Layer, input: Tensor, seed = 1): Variables {
  return initialize(backend, describeModel(layer, input, input.dtype).declarations, seed);
}

/** The output of a layer, as an array. */
export function outputOf(layer: Layer, data: TensorData, dtype: DType = "f64"): number[] {
  const input = tensor(backend, data, { dtype });
  const variables = start(layer, input);
  const apply = jit((x: Tensor) => applyModel(layer, variables, x).output);
  return [...apply(input).readSync()];
}
