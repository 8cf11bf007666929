import type { Primitive } from "../interfaces/primitive.ts";
import type { DType, Tensor } from "../interfaces/tensor.ts";
import { add, clip, div, maximum, mul, sub } from "./arithmetic.ts";
import { and } from "./bits.ts";
import { stopGradient } from "./body.ts";
import { equal, greater, greaterEqual, less, notEqual, select } from "./compare.ts";
import { full } from "./constant.ts";
import { define, one } from "./define.ts";
import { unary, type Unary } from "./elementwise.ts";

/** e to the power x. */
export const exp: Unary = /* @__PURE__ */ unary("exp", "float", {
  gradient: (g, _, y) => mul(g, y),
});

/** The natural logarithm; NaN below 0, -Infinity at 0. */
export const log: Unary = /* @__PURE__ */ unary("log", "float", {
  gradient: (g, [x]) => div(g, x!),
});

/** The square root, correctly rounded; NaN below 0. */
export const sqrt: Unary = /* @__PURE__ */ unary("sqrt", "float", {
  gradient: (g, _, y) => div(mul(g, 0.5), y),
});

/** The sine. */
export const sin: Unary = /* @__PURE__ */ unary("sin", "float", {
  gradient: (g, [x]) => mul(g, cos(x!)),
});

/** The cosine. */
export const cos: Unary = /* @__PURE__ */ unary("cos", "float", {
  gradient: (g, [x]) => neg(mul(g, sin(x!))),
});

/** The hyperbolic tangent. */
export const tanh: Unary = /* @__PURE__ */ unary("tanh", "float", {
  gradient: (g, _, y) => mul(g, sub(1, mul(y, y))),
});

/** The largest whole number that is not above x. */
export const floor: Unary = /* @__PURE__ */ unary("floor", "float", { gradient: [] });

/** -x. */
export const neg: Unary = /* @__PURE__ */ unary("neg", "number", {
  gradient: (g) => neg(g),
  lower: ([x]) => mul(x!, -1),
  fold: (x) => -x,
});

/** The magnitude of x. */
export const abs: Unary = /* @__PURE__ */ unary("abs", "number", {
  gradient: (g, [x]) => mul(g, sign(x!)),
  lower: ([x]) => maximum(x!, neg(x!)),
});

/** x where it is positive, else 0; NaN stays NaN, and the gradient at 0 is 0. */
export const relu: Unary = /* @__PURE__ */ unary("relu", "number", {
  gradient: (g, [x]) => select(greater(x!, 0), g, 0),
  lower: ([x]) => maximum(x!, 0),
});

/** 1 / (1 + e⁻ˣ). */
export const sigmoid: Unary = /* @__PURE__ */ unary("sigmoid", "float", {
  gradient: (g, _, y) => mul(g, mul(y, sub(1, y))),
  lower: ([x]) => div(1, add(1, exp(neg(x!)))),
});

/** log(1 + eˣ), without overflow. */
export const softplus: Unary = /* @__PURE__ */ unary("softplus", "float", {
  gradient: (g, [x]) => mul(g, sigmoid(x!)),
  lower: ([x]) => add(maximum(x!, 0), log1p(exp(neg(abs(x!))))),
});

/** log(1 + x), exact for small x: Kahan's correction for the rounding of 1 + x. */
export const log1p: Unary = /* @__PURE__ */ unary("log1p", "float", {
  gradient: (g, [x]) => div(g, add(x!, 1)),
  lower([x]) {
    const u = add(x!, 1);
    const exact = equal(u, 1);
    const corrected = mul(log(u), div(x!, select(exact, 1, sub(u, 1))));
    return select(exact, x!, select(less(u, Infinity), corrected, log(u)));
  },
});

/** eˣ - 1, exact for small x: Kahan's correction for the rounding of eˣ. */
export const expm1: Unary = /* @__PURE__ */ unary("expm1", "float", {
  gradient: (g, _, y) => mul(g, add(y, 1)),
  lower([x]) {
    const u = exp(x!);
    const y = sub(u, 1);
    const plain = equal(u, 1);
    const corrected = mul(y, div(x!, log(select(plain, 2, u))));
    const isMiddle = and(less(-0.75, y), less(u, Infinity));
    return select(plain, x!, select(isMiddle, corrected, y));
  },
});

/** The error function. */
export const erf: Unary = /* @__PURE__ */ unary("erf", "float", {
  gradient: (g, [x]) => mul(g, bell(mul(x!, x!))),
  /**
   * With t = x², the series 2x/√π · e⁻ᵗ · Σ (2t)ⁿ / (1·3·…·(2n+1)) has positive terms only, so nothing cancels;
   * rounding may take it beyond 1. From 6 on (4 in f32), erf is 1 to the last bit.
   */
  lower([x]) {
    const [limit, terms] = x!.dtype === "f32" ? [4, 60] : [6, 130];
    const near = clip(x!, -limit!, limit!);
    const t = mul(near, near);
    let series = full([], 1, x!.dtype);
    for (let n = terms!; n > 0; n--) series = add(1, mul(series, mul(t, 2 / (2 * n + 1))));
    const sum = mul(mul(bell(t), near), series);
    return select(equal(near, x!), clip(sum, -1, 1), sign(x!));
  },
});

/** The slope of erf where t is the square of its argument. */
function bell(t: Tensor): Tensor {
  return mul(exp(neg(t)), 2 / Math.sqrt(Math.PI));
}

const castPrimitive: Primitive<{ readonly dtype: DType }> = /* @__PURE__ */ define("cast", {
  type: (_, { dtype }) => ({ dtype }),
  gradient: (g, [x]) => cast(g, x!.dtype),
  shift: (params) => params,
});

/**
 * The same numbers in another dtype: towards zero into i32, saturating; `x !== 0` into bool. See the numerics page for
 * what does not fit.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : one(castPrimitive, [x], { dtype });
}

/** x². */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** -1, 0 or 1; NaN where x is NaN. */
export function sign(x: Tensor): Tensor {
  return select(greater(x, 0), 1, select(less(x, 0), -1, stopGradient(x)));
}

/** The smallest whole number that is not below x. */
export function ceil(x: Tensor): Tensor {
  return neg(floor(neg(x)));
}

/** The nearest whole number; halves go to the even one. */
export function round(x: Tensor): Tensor {
  const down = floor(x);
  const rest = sub(x, down);
  const half = mul(down, 0.5);
  const isOdd = notEqual(half, floor(half));
  const up = select(isOdd, greaterEqual(rest, 0.5), greater(rest, 0.5));
  return select(up, add(down, 1), down);
}
