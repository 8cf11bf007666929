import {
  abs,
  add,
  cholesky,
  cos,
  cumulativeSum,
  div,
  erf,
  exp,
  expm1,
  gradient,
  identityMatrix,
  log,
  log1p,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  normal,
  pow,
  prod,
  scan,
  sigmoid,
  sin,
  softmax,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  triangularSolve,
  variance,
  type Tensor,
} from "@nn/core";
import type { Random } from "./random.ts";

/** Functions whose results every backend rounds in its own way, of whole numbers. */
export function rough(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = mul(random.operand(pool, "f32"), 0.1);
  const y = random.fit(random.operand(pool, "f32"), x.shape);
  const smooth = random.pick<(x: Tensor) => Tensor>([
    exp,
    expm1,
    sin,
    cos,
    tanh,
    sigmoid,
    erf,
    softplus,
    (one) => log(add(abs(one), 0.5)),
    (one) => log1p(abs(one)),
    (one) => sqrt(add(square(one), 0.5)),
    (one) => div(one, add(abs(y), 1.5)),
    (one) => pow(add(abs(one), 0.5), mul(y, 0.125)),
    (one) => (hasLast(one) ? softmax(one) : one),
    (one) => (hasLast(one) ? logSoftmax(one) : one),
    (one) => (hasLast(one) ? logSumExp(one) : one),
    (one) => (one.size > 0 ? variance(one) : one),
    (one) => (one.shape.length > 0 ? cumulativeSum(one) : one),
    (one) => (one.shape.length > 0 && one.shape.at(-1)! < 9 ? prod(one, -1) : one),
    (one) => add(one, mul(normal(random.fit(random.operand(pool, "i32"), [2]), one.shape), 0.5)),
    (one) => solved(random, one),
    (one) => scan((c: Tensor) => [tanh(add(mul(c, 0.5), one)), sum(c)], one, [], { length: 3 })[0],
  ]);
  const made = smooth(x);
  const all = [made];
  if (random.once(2)) all.push(random.fit(made, random.shuffled(made.shape)));
  if (random.once(2) && x.size > 0)
    all.push(gradient((one: Tensor) => mean(mul(smooth(one), 3)))(x));
  return all;
}

/** Whether there is a last axis to reduce. */
function hasLast({ shape }: Tensor): boolean {
  return shape.length > 0 && shape.at(-1)! > 0;
}

/** Systems of equations whose matrices are far from singular. */
function solved(random: Random, x: Tensor): Tensor {
  const size = random.pick([1, 2, 3, 5]);
  const a = tanh(random.fit(x, [size, size]));
  const l = cholesky(add(matmul(a, a, { transposeB: true }), mul(identityMatrix(size), size)));
  return sub(triangularSolve(l, random.fit(x, [size, 2])), sum(l));
}
