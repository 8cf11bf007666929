import {
  abs,
  add,
  and,
  argMax,
  argMin,
  broadcastTo,
  cast,
  ceil,
  div,
  equal,
  floor,
  full,
  less,
  lessEqual,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  not,
  or,
  relu,
  rem,
  round,
  select,
  shiftLeft,
  shiftRight,
  shiftRightLogical,
  sign,
  sub,
  sum,
  xor,
  type Tensor,
} from "@nn/core";
import type { Random } from "./random.ts";

export function arithmetic(random: Random, pool: readonly Tensor[]): Tensor[] {
  const a = random.operand(pool);
  const b = random.once(6)
    ? full([], random.integer(-2, 3), a.dtype)
    : random.fit(random.operand(pool, a.dtype), random.partner(a.shape));
  const one = random.pick([add, sub, mul, maximum, minimum])(a, b);
  const other = random.pick([neg, abs, relu])(a);
  return random.once(3) ? [one, other, random.pick([add, sub])(one, other)] : [one];
}

/** Integers of any size, which wrap around. */
export function integers(random: Random, pool: readonly Tensor[]): Tensor[] {
  const wide = (): Tensor => {
    const all = pool.filter(({ dtype }) => dtype === "i32");
    return all.length > 0 ? random.recent(all) : random.operand(pool, "i32");
  };
  const a = wide();
  const b = random.fit(wide(), random.partner(a.shape));
  const both = random.pick([add, sub, mul, div, rem, and, or, xor, maximum, minimum]);
  const shifted = random.pick([shiftLeft, shiftRight, shiftRightLogical]);
  const one = random.pick([neg, abs, not, sign])(a);
  return [random.pick([both, both, shifted])(a, b), random.once(2) ? one : both(one, b)];
}

/** Halves, rounded at once. */
export function rounding(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = mul(random.operand(pool, random.pick(random.floats)), 0.5);
  return [random.pick([floor, ceil, round, sign])(x)];
}

export function logic(random: Random, pool: readonly Tensor[]): Tensor[] {
  const a = random.operand(pool, random.pick(random.stored));
  const b = random.fit(random.operand(pool, a.dtype), a.shape);
  if (a.dtype === "u8" || a.dtype === "i8")
    return [select(random.fit(random.operand(pool, "bool"), a.shape), a, b)];
  const flags = random.pick([less, lessEqual, equal])(a, b);
  const chosen = select(flags, b, a);
  if (!random.once(3)) return [flags, chosen];
  const other = random.fit(random.operand(pool, "bool"), random.partner(flags.shape));
  return [random.pick([and, or, xor])(flags, other), not(flags), chosen];
}

export function reduction(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = random.operand(pool);
  const axes = [...x.shape.keys()].filter((axis) => {
    const length = x.shape[axis]!;
    return length > 500 || (length > 0 && random.once(2));
  });
  const y = mul(x, 2);
  const reduced = random.pick([sum, max, min])(y, axes, { keepDims: random.once(2) });
  const [axis] = axes;
  if (axis === undefined || !random.once(3)) return [reduced, y];
  return [reduced, random.pick([argMax, argMin])(y, axis)];
}

/** A product, and what is often computed along with it. */
export function product(random: Random, pool: readonly Tensor[]): Tensor[] {
  const dtype = random.pick(random.floats);
  const pickLength = (): number => random.pick([...random.lengths, 1, 6]);
  let [m, n] = [pickLength(), pickLength()];
  const k = random.once(3) ? Math.max(...random.lengths) : pickLength();
  const leading = random.once(2) ? [] : [random.pick([1, 2, 3])];
  while (Math.max(m * n, m * k, k * n) * 3 > random.largest) [m, n] = [Math.max(1, n >> 1), m];
  const [transposeA, transposeB] = [random.once(2), random.once(2)];
  const matrix = (rows: number, columns: number, turned: boolean): Tensor => {
    const shape = [
      ...(random.once(2) ? leading : []),
      ...(turned ? [columns, rows] : [rows, columns]),
    ];
    return random.fit(random.operand(pool, dtype), shape);
  };
  const options = { transposeA, transposeB };
  let y = matmul(matrix(m, k, transposeA), matrix(k, n, transposeB), options);
  const kept = [y];
  for (let i = random.integer(0, 3); i > 0; i--) {
    const other = random.fit(random.operand(pool, dtype), random.partner(y.shape));
    y = random.pick([add, sub, maximum])(y, broadcastTo(other, y.shape));
    if (random.once(3)) y = relu(y);
    kept.push(random.once(3) ? cast(y, random.pick(random.floats)) : y);
  }
  return random.once(2) ? kept : kept.slice(-1);
}
