import { mean, type Tensor } from "@nn/core";

/** The mean over all that belongs to an example: over all axes but the first. */
export function perExample(values: Tensor): Tensor {
  const axes = values.shape.slice(1).map((_, axis) => axis + 1);
  return axes.length === 0 ? values : mean(values, axes);
}
