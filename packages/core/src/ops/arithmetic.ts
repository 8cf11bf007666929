import type { Tensor, TensorLike } from "../interfaces/tensor.ts";
import { greater, greaterEqual, notEqual, select } from "./compare.ts";
import { binary, type Binary } from "./elementwise.ts";
import { log, neg } from "./unary.ts";

/** a + b, broadcast. i32 wraps around. */
export const add: Binary = /* @__PURE__ */ binary("add", "number", {
  gradient: (g) => g,
  fold: (a, b) => a + b,
  neutral: [-0, -0],
});

/** a - b, broadcast. i32 wraps around. */
export const sub: Binary = /* @__PURE__ */ binary("sub", "number", {
  gradient: [(g) => g, (g) => neg(g)],
  lower: ([a, b]) => add(a!, neg(b!)),
  fold: (a, b) => a - b,
  neutral: [undefined, 0],
});

/** a · b, broadcast. i32 wraps around. */
export const mul: Binary = /* @__PURE__ */ binary("mul", "number", {
  gradient: [(g, [, b]) => mul(g, b!), (g, [a]) => mul(g, a!)],
  fold: (a, b) => a * b,
  neutral: [1, 1],
});

/** a / b, broadcast. i32 truncates, and division by 0 gives 0. */
export const div: Binary = /* @__PURE__ */ binary("div", "number", {
  gradient: [(g, [, b]) => div(g, b!), (g, [, b], y) => neg(mul(g, div(y, b!)))],
  fold: (a, b) => a / b,
  neutral: [undefined, 1],
});

/** The remainder of a / b, with the sign of a; for i32, the remainder by 0 is 0. */
export const rem: Binary = /* @__PURE__ */ binary("rem", "number", {
  gradient: [(g) => g, (g, [a, b], y) => neg(mul(g, div(sub(a!, y), b!)))],
});

/** a to the power b. */
export const pow: Binary = /* @__PURE__ */ binary("pow", "float", {
  gradient: [
    (g, [a, b]) => mul(g, select(notEqual(b!, 0), mul(b!, pow(a!, sub(b!, 1))), 0)),
    (g, [a], y) => mul(g, select(greater(a!, 0), mul(y, log(select(greater(a!, 0), a!, 1))), 0)),
  ],
});

/** The larger of a and b; NaN where either is NaN. Of equal operands, the first gets the gradient. */
export const maximum: Binary = /* @__PURE__ */ binary("maximum", "number", {
  gradient: [
    (g, [a, b]) => select(greaterEqual(a!, b!), g, 0),
    (g, [a, b]) => select(greaterEqual(a!, b!), 0, g),
  ],
});

/** The smaller of a and b; NaN where either is NaN. Of equal operands, the first gets the gradient. */
export const minimum: Binary = /* @__PURE__ */ binary("minimum", "number", {
  gradient: [
    (g, [a, b]) => select(greaterEqual(b!, a!), g, 0),
    (g, [a, b]) => select(greaterEqual(b!, a!), 0, g),
  ],
});

/** x limited to the range from `low` to `high`. */
export function clip(x: TensorLike, low: TensorLike, high: TensorLike): Tensor {
  return minimum(maximum(x, low), high);
}
