/**
 * Functions to 200 bits and more, in integers of any size: what results of f64 are compared with. Slow and simple: Taylor
 * series after a reduction of the argument.
 */

/** m · 2ᵉ. */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const precision = 256;

const absolute = (m: bigint): bigint => (m < 0n ? -m : m);
const bitsOf = (m: bigint): number => (m === 0n ? 0 : absolute(m).toString(16).length * 4);

/** The same to about `precision` bits. */
function rounded({ m, e }: Big): Big {
  const extra = bitsOf(m) - precision;
  return extra <= 0 ? { m, e } : { m: m >> BigInt(extra), e: e + extra };
}

/** A number of f64, exactly. */
export function big(x: number): Big {
  let e = 0;
  let m = x;
  while (!Number.isInteger(m)) {
    const step = Math.abs(m) < 2 ** -500 ? 500 : 1;
    m *= 2 ** step;
    e -= step;
  }
  return { m: BigInt(m), e };
}

/** To the precision of f64, or nearly. */
export function number(a: Big): number {
  const extra = Math.max(0, bitsOf(a.m) - 60);
  const e = a.e + extra;
  const half = Math.trunc(e / 2);
  return Number(a.m >> BigInt(extra)) * 2 ** half * 2 ** (e - half);
}

function add(a: Big, b: Big): Big {
  const e = Math.min(a.e, b.e);
  return rounded({ m: (a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e });
}

function mul(a: Big, b: Big): Big {
  return rounded({ m: a.m * b.m, e: a.e + b.e });
}

function neg(a: Big): Big {
  return { m: -a.m, e: a.e };
}

export function sub(a: Big, b: Big): Big {
  return add(a, neg(b));
}

export function div(a: Big, b: Big): Big {
  const shift = Math.max(0, precision + bitsOf(b.m) - bitsOf(a.m));
  return rounded({ m: (a.m << BigInt(shift)) / b.m, e: a.e - b.e - shift });
}

/** As a multiple of 2^-bits. */
function fixed(a: Big, bits: number): bigint {
  const shift = a.e + bits;
  return shift >= 0 ? a.m << BigInt(shift) : a.m >> BigInt(-shift);
}

/** artanh(1 / n) or arctan(1 / n) as a multiple of 2^-bits. */
function inverse(n: bigint, sign: 1n | -1n, bits: number): bigint {
  let sum = 0n;
  let term = (1n << BigInt(bits)) / n;
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k;
    term = (sign * term) / (n * n);
  }
  return sum;
}

const wide = precision + 64;
const one: Big = { m: 1n, e: 0 };
const ln2: Big = { m: 2n * inverse(3n, 1n, 1500), e: -1500 };
/** ½π by Machin's formula, with enough bits for the largest numbers of f64. */
const halfPi: Big = { m: 8n * inverse(5n, -1n, 1500) - 2n * inverse(239n, -1n, 1500), e: -1500 };

/** The number of times that b fits into a, to the nearest, and what is left, as a multiple of 2^-bits. */
function reduce(a: Big, b: Big, bits: number): { k: number; turns: number; rest: bigint } {
  const [x, y] = [fixed(a, 1500), fixed(b, 1500)];
  const twice = (2n * x) / y;
  const k = (twice + (twice < 0n ? -1n : 1n)) / 2n;
  return {
    k: Number(k),
    turns: Number(((k % 4n) + 4n) % 4n),
    rest: (x - k * y) >> BigInt(1500 - bits),
  };
}

/** The sum of the series whose next term is `next(term, n)`. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = next(term, n);
  }
  return sum;
}

export function exp(a: Big): Big {
  const { k, rest } = reduce(a, ln2, wide);
  const m = series(1n << BigInt(wide), (term, n) => ((term * rest) >> BigInt(wide)) / n);
  return rounded({ m, e: k - wide });
}

/** eᵃ - 1; for small ones, the series without its first term. */
export function expm1(a: Big): Big {
  if (Math.abs(number(a)) > 0.1) return sub(exp(a), one);
  let sum = a;
  let term = a;
  for (let n = 2; n < 60; n++) sum = add(sum, (term = div(mul(term, a), big(n))));
  return sum;
}

/** log a: what is missing of the logarithm of f64 is small, and its series short. */
export function log(a: Big): Big {
  const near = big(Math.log(number(a)));
  const missing = sub(mul(a, exp(neg(near))), one);
  const square = mul(missing, missing);
  return add(near, add(sub(missing, div(square, big(2))), div(mul(square, missing), big(3))));
}

export function log1p(a: Big): Big {
  if (Math.abs(number(a)) > 2 ** -40) return log(add(one, a));
  return mul(a, sub(one, sub(div(a, big(2)), div(mul(a, a), big(3)))));
}

/** The sine of an angle that is some quarter turns ahead. */
function sine(a: Big, ahead: number): Big {
  const bits = 2 * precision;
  const { turns, rest } = reduce(a, halfPi, bits);
  const quarter = (turns + ahead) % 4;
  const square = -(rest * rest) >> BigInt(bits);
  const start = quarter % 2;
  const m = series(start ? 1n << BigInt(bits) : rest, (term, n) => {
    const last = 2n * n - BigInt(start);
    return ((term * square) >> BigInt(bits)) / (last * (last + 1n));
  });
  return rounded({ m: quarter < 2 ? m : -m, e: -bits });
}

export const sin = (a: Big): Big => (Math.abs(number(a)) < 1e-30 ? a : sine(a, 0));
export const cos = (a: Big): Big => sine(a, 1);

export function tanh(a: Big): Big {
  const t = expm1(mul(big(2), a));
  return div(t, add(t, big(2)));
}

export const sigmoid = (a: Big): Big => div(one, add(one, exp(neg(a))));

export const pow = (a: Big, b: Big): Big => exp(mul(b, log(a)));

/** 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), the terms of which cancel 60 bits at most for |x| ≤ 6. */
export function erf(a: Big): Big {
  const square = neg(mul(a, a));
  let sum = a;
  let power = a;
  for (let n = 1; n < 300; n++) {
    power = div(mul(power, square), big(n));
    sum = add(sum, div(power, big(2 * n + 1)));
  }
  return mul(sum, twoOverRootPi);
}

/** 2/√π, from its square by Newton's iteration. */
const twoOverRootPi = ((): Big => {
  const square = div(big(2), halfPi);
  let root = big(Math.sqrt(number(square)));
  for (let n = 0; n < 4; n++) root = div(add(root, div(square, root)), big(2));
  return root;
})();
