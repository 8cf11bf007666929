import type { DType, Tensor } from "../interfaces/tensor.ts";
import { stopGradient } from "./body.ts";
import { add, div, sub } from "./arithmetic.ts";
import { equal, isFinite, select } from "./compare.ts";
import { iota } from "./constant.ts";
import { max } from "./reduce.ts";
import { sum } from "./sum.ts";
import { alongAxis, expandDims, normalizeAxis, pad, reshape, sliceAxis } from "./shape.ts";
import { cast, exp, log } from "./unary.ts";

/** The constant identity matrix. */
export function identityMatrix(size: number, dtype: DType = "f32"): Tensor {
  const index = iota(size);
  return cast(equal(expandDims(index, 1), index), dtype);
}

/** log Σ eˣ along an axis, without overflow. */
export function logSumExp(x: Tensor, axis = -1): Tensor {
  const largest = top(x, axis);
  const total = log(sum(exp(sub(x, largest)), axis));
  return add(total, reshape(largest, total.shape));
}

/** The largest elements along an axis, which is kept; a shift that the results do not depend on. Always finite. */
function top(x: Tensor, axis: number): Tensor {
  const largest = max(x, axis, { keepDims: true });
  return stopGradient(select(isFinite(largest), largest, 0));
}

/** eˣ / Σ eˣ along an axis, without overflow. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const weights = exp(sub(x, top(x, axis)));
  return div(weights, sum(weights, axis, { keepDims: true }));
}

/** log softmax(x), computed without taking the logarithm of a small number. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const centred = sub(x, top(x, axis));
  return sub(centred, log(sum(exp(centred), axis, { keepDims: true })));
}

/** The sums of all elements up to each one along an axis; in log₂ n additions of the whole, doubling the reach. */
export function cumulativeSum(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis("cumulativeSum", x, axis);
  const length = x.shape[along]!;
  let result = x;
  for (let reach = 1; reach < length; reach *= 2) {
    const shifted = sliceAxis(result, along, 0, length - reach);
    result = add(result, pad(shifted, alongAxis(x, along, reach), alongAxis(x, along, 0)));
  }
  return result;
}
