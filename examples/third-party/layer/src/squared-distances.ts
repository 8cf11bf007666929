import {
  apply,
  broadcastTo,
  definePrimitive,
  expandDims,
  matmul,
  mul,
  type Primitive,
  showType,
  square,
  sub,
  sum,
  type Tensor,
  TensorError,
} from "@nn/core";

/**
 * The squared distance of every row of a [..., n, features] to every row of b [..., m, features], as [..., n, m]. The
 * leading axes of both are the same.
 *
 * Without a kernel, all n · m differences are computed at once. The gradient is two products of matrices, which need
 * no such large intermediate:
 *
 * ∂/∂aᵢ = 2 Σⱼ gᵢⱼ (aᵢ - bⱼ), and likewise for b.
 */
export const squaredDistancesPrimitive: Primitive = definePrimitive({
  name: "@acme/layer-rbf#squaredDistances",
  contract: 1,
  type([a, b]) {
    const leading = a!.shape.slice(0, -2);
    const fits =
      a!.dtype === b!.dtype &&
      a!.shape.length >= 2 &&
      a!.shape.length === b!.shape.length &&
      a!.shape.at(-1) === b!.shape.at(-1) &&
      leading.every((length, axis) => length === b!.shape[axis]);
    if (!fits)
      throw new TensorError(
        "squaredDistances: takes [..., n, features] and [..., m, features] of one dtype, " +
          `got ${showType(a!)} and ${showType(b!)}`,
      );
    return [{ shape: [...leading, a!.shape.at(-2)!, b!.shape.at(-2)!], dtype: a!.dtype }];
  },
  lower: ([a, b]) => [sum(square(sub(expandDims(a!, -2), expandDims(b!, -3))), -1)],
  gradient: ({ inputs: [a, b], cotangents: [g], needed }) => [
    needed[0] ? mul(2, sub(mul(a!, sum(g!, -1, { keepDims: true })), matmul(g!, b!))) : undefined,
    needed[1]
      ? mul(2, sub(mul(b!, expandDims(sum(g!, -2), -1)), matmul(g!, a!, { transposeA: true })))
      : undefined,
  ],
  batch: ({ inputs, batched, size }) =>
    apply(
      squaredDistancesPrimitive,
      inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape]))),
    ),
});

/** The squared distances between the rows of two tensors; see `squaredDistancesPrimitive`. */
export function squaredDistances(a: Tensor, b: Tensor): Tensor {
  return apply(squaredDistancesPrimitive, [a, b])[0]!;
}
