import { cast, select, type Tensor } from "@nn/core";

/** `select`, also for dtypes that backends only store. */
export function choose(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const { dtype } = a;
  if (dtype !== "u8" && dtype !== "i8") return select(condition, a, b);
  return cast(select(condition, cast(a, "i32"), cast(b, "i32")), dtype);
}
