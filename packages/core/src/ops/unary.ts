import { apply } from "../engine/apply.ts";
import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { isFloat } from "../engine/dtype.ts";
import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor, TensorLike } from "../interfaces/tensor.ts";
import { add, div, maximum, minimum, mul, sub } from "./arithmetic.ts";
import { and } from "./bits.ts";
import { equal, greater, greaterEqual, isNaN, less, select } from "./compare.ts";
import { full } from "./constant.ts";
import { applyTo, elementwise } from "./elementwise.ts";

/** Basis. */
const expPrimitive = elementwise("exp", { takes: "float", gradient: [(g, _, y) => mul(g, y)] });

/** Basis: NaN below 0, -Infinity at 0. */
const logPrimitive = elementwise("log", { takes: "float", gradient: [(g, [x]) => div(g, x!)] });

/** Basis: NaN below 0. Correctly rounded. */
const sqrtPrimitive = elementwise("sqrt", {
  takes: "float",
  gradient: [(g, _, y) => div(mul(g, 0.5), y)],
});

/** Basis. */
const sinPrimitive = elementwise("sin", {
  takes: "float",
  gradient: [(g, [x]) => mul(g, cos(x!))],
});

/** Basis. */
const cosPrimitive = elementwise("cos", {
  takes: "float",
  gradient: [(g, [x]) => neg(mul(g, sin(x!)))],
});

/** Basis. */
const tanhPrimitive = elementwise("tanh", {
  takes: "float",
  gradient: [(g, _, y) => mul(g, sub(1, mul(y, y)))],
});

/** Basis: the largest whole number that is not above x. */
const floorPrimitive = elementwise("floor", { takes: "float", gradient: [null] });

const negPrimitive = elementwise("neg", {
  takes: "number",
  gradient: [(g) => neg(g)],
  lower: ([x]) => mul(x!, -1),
  fold: (x) => -x,
});

const absPrimitive = elementwise("abs", {
  takes: "number",
  gradient: [(g, [x]) => mul(g, sign(x!))],
  lower: ([x]) => maximum(x!, neg(x!)),
});

const reluPrimitive = elementwise("relu", {
  takes: "number",
  gradient: [(g, [x]) => select(greater(x!, 0), g, 0)],
  lower: ([x]) => maximum(x!, 0),
});

const sigmoidPrimitive = elementwise("sigmoid", {
  takes: "float",
  gradient: [(g, _, y) => mul(g, mul(y, sub(1, y)))],
  lower: ([x]) => div(1, add(1, exp(neg(x!)))),
});

const softplusPrimitive = elementwise("softplus", {
  takes: "float",
  gradient: [(g, [x]) => mul(g, sigmoid(x!))],
  lower: ([x]) => add(maximum(x!, 0), log1p(exp(neg(abs(x!))))),
});

/** Kahan's correction of log(1 + x) for the rounding of 1 + x. */
const log1pPrimitive = elementwise("log1p", {
  takes: "float",
  gradient: [(g, [x]) => div(g, add(x!, 1))],
  lower([x]) {
    const u = add(x!, 1);
    const exact = equal(u, 1);
    const corrected = mul(log(u), div(x!, select(exact, 1, sub(u, 1))));
    return select(exact, x!, select(less(u, Infinity), corrected, log(u)));
  },
});

/** Kahan's correction of exp(x) - 1 for the rounding of exp(x). */
const expm1Primitive = elementwise("expm1", {
  takes: "float",
  gradient: [(g, _, y) => mul(g, add(y, 1))],
  lower([x]) {
    const u = exp(x!);
    const y = sub(u, 1);
    const plain = equal(u, 1);
    const corrected = mul(y, div(x!, log(select(plain, 2, u))));
    const isMiddle = and(less(-0.75, y), less(u, Infinity));
    return select(plain, x!, select(isMiddle, corrected, y));
  },
});

const erfPrimitive = elementwise("erf", {
  takes: "float",
  gradient: [(g, [x]) => mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x!, x!)))))],
  lower: ([x]) => erfLowering(x!),
});

/** Basis: the same numbers in another dtype; see the numerics page for what does not fit. */
const castPrimitive: Primitive<{ readonly dtype: DType }> = {
  name: "cast",
  contract: KERNEL_CONTRACT,
  type: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  gradient: ({ inputs: [x], cotangents: [g] }) => [
    isFloat(g!.dtype) ? cast(g!, x!.dtype) : undefined,
  ],
  batch: ({ inputs: [x], params }) => [cast(x!, params.dtype)],
};

/** e to the power x. */
export function exp(x: TensorLike): Tensor {
  return applyTo(expPrimitive, x);
}

/** The natural logarithm; NaN below 0. */
export function log(x: TensorLike): Tensor {
  return applyTo(logPrimitive, x);
}

/** The square root; NaN below 0. */
export function sqrt(x: TensorLike): Tensor {
  return applyTo(sqrtPrimitive, x);
}

/** The sine. */
export function sin(x: TensorLike): Tensor {
  return applyTo(sinPrimitive, x);
}

/** The cosine. */
export function cos(x: TensorLike): Tensor {
  return applyTo(cosPrimitive, x);
}

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return applyTo(tanhPrimitive, x);
}

/** The largest whole number that is not above x. */
export function floor(x: TensorLike): Tensor {
  return applyTo(floorPrimitive, x);
}

/** -x. */
export function neg(x: TensorLike): Tensor {
  return applyTo(negPrimitive, x);
}

/** The magnitude of x. */
export function abs(x: TensorLike): Tensor {
  return applyTo(absPrimitive, x);
}

/** x where it is positive, else 0; NaN stays NaN, and the gradient at 0 is 0. */
export function relu(x: TensorLike): Tensor {
  return applyTo(reluPrimitive, x);
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: TensorLike): Tensor {
  return applyTo(sigmoidPrimitive, x);
}

/** log(1 + eˣ), without overflow. */
export function softplus(x: TensorLike): Tensor {
  return applyTo(softplusPrimitive, x);
}

/** log(1 + x), exact for small x. */
export function log1p(x: TensorLike): Tensor {
  return applyTo(log1pPrimitive, x);
}

/** eˣ - 1, exact for small x. */
export function expm1(x: TensorLike): Tensor {
  return applyTo(expm1Primitive, x);
}

/** The error function. */
export function erf(x: TensorLike): Tensor {
  return applyTo(erfPrimitive, x);
}

/**
 * With t = x², the series 2x/√π · e⁻ᵗ · Σ (2t)ⁿ / (1·3·…·(2n+1)) has positive terms only, so nothing cancels. From 6 on
 * (4 in f32), erf is 1 to the last bit.
 */
function erfLowering(x: Tensor): Tensor {
  const [limit, terms] = x.dtype === "f32" ? [4, 60] : [6, 130];
  const a = minimum(abs(x), limit);
  const t = mul(a, a);
  const scale = mul(exp(neg(t)), 2 / Math.sqrt(Math.PI));
  let series = full([], 1, x.dtype);
  for (let n = terms; n > 0; n--) series = add(1, mul(series, mul(t, 2 / (2 * n + 1))));
  const y = select(less(a, limit), mul(mul(scale, a), series), 1);
  return select(less(x, 0), neg(y), select(isNaN(x), x, y));
}

/** The same numbers in another dtype: towards zero into i32, saturating; `x !== 0` into bool. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castPrimitive, [x], { dtype })[0]!;
}

/** x². */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** -1, 0 or 1. */
export function sign(x: Tensor): Tensor {
  const zero = mul(x, 0);
  return select(greater(x, 0), add(zero, 1), select(less(x, 0), sub(zero, 1), zero));
}

/** The smallest whole number that is not below x. */
export function ceil(x: Tensor): Tensor {
  return neg(floor(neg(x)));
}

/** The nearest whole number; halves go to the even one. */
export function round(x: Tensor): Tensor {
  const down = floor(x);
  const rest = sub(x, down);
  const isOdd = greater(sub(down, mul(2, floor(mul(down, 0.5)))), 0.5);
  const up = select(isOdd, greaterEqual(rest, 0.5), greater(rest, 0.5));
  return select(up, add(down, 1), down);
}
