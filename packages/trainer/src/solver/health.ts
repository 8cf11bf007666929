import { add, cast, isFloat, mul, sum, type Tensor } from "@nn/core";

/** 0 where all elements are finite, else NaN: 0 · x is NaN just where x is not finite. Integers play no part. */
export function healthOf(tensors: readonly Tensor[]): Tensor {
  return tensors
    .filter(({ dtype }) => isFloat(dtype))
    .map((x) => cast(sum(mul(x, 0)), "f32"))
    .reduce(add);
}
