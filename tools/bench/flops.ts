import type { Workload } from "./workload.ts";

/** Additions and multiplications of the product of two square matrices. */
export function productFlops(size: number): number {
  return 2 * size ** 3;
}

/**
 * Additions and multiplications of the products of matrices in a step; undefined where there are layers of other kinds
 * than dense ones. For each layer with n inputs and m units, and b examples in a batch, these are
 *
 *     y = x·w      2·b·n·m    forward
 *     dw = xᵀ·dy   2·b·n·m    gradient of the weights
 *     dx = dy·wᵀ   2·b·n·m    gradient of the layer's inputs, which the first layer does without
 *
 * so that a step has 2·b·(3·Σ n·m − n₁·m₁). What else it does (biases, activations, loss, update) is not counted.
 */
export function stepFlops({ layers, inputShape, batchSize }: Workload): number | undefined {
  let inputs = inputShape.at(-1)!;
  let flops = 0;
  for (const [i, layer] of layers.entries()) {
    if (layer.kind !== "dense" || inputShape.length !== 1) return undefined;
    flops += (i === 0 ? 2 : 3) * 2 * batchSize * inputs * layer.units;
    inputs = layer.units;
  }
  return flops;
}
