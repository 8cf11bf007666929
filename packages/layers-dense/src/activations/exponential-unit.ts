import { add, customGradient, expm1, greater, mul, select, type Tensor } from "@nn/core";

/**
 * scale · x where that is positive, scale · alpha · (eˣ - 1) elsewhere. The slope there is y + scale · alpha: a rule of
 * its own takes it from the result, so that the exponential is computed once and its overflow where x is large reaches
 * no gradient of any order.
 */
export function exponentialUnit(scale: number, alpha: number): (x: Tensor) => Tensor {
  const lowest = scale * alpha;
  return customGradient(
    (x: Tensor) => select(greater(x, 0), mul(x, scale), mul(expm1(x), lowest)),
    ([x], y, g) => [mul(g, select(greater(x, 0), scale, add(y, lowest)))],
  );
}
