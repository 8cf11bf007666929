import type { Local } from "../assembler/index.ts";
import { power } from "./exponential.ts";
import { halves, joined, Lanes } from "./lanes.ts";
import { ln2 } from "./ln2.ts";
import { parts } from "./logarithm.ts";

/*
 * xʸ = e^(y·log |x|). The product may be as large as the largest exponent, and its error is the relative error of the
 * result: f32 takes logarithm and product in f64, f64 in sums of two numbers.
 */

/** A number as a sum of two, the second one being what the first one lost in rounding. */
interface Double {
  readonly high: Local;
  readonly low: Local;
}

/** a + b for |a| ≥ |b|. */
function sumOf(v: Lanes, a: Local | number, b: Local): Double {
  const high = v.add(a, b);
  return { high, low: v.sub(b, v.sub(high, a)) };
}

/** The upper half of the bits of a number. */
function upper(v: Lanes, a: Local): Local {
  const large = v.mul(a, 2 ** 27 + 1);
  return v.sub(large, v.sub(large, a));
}

/** a · b, from products of halves (Dekker). */
function productOf(v: Lanes, a: Local, b: Local): Double {
  const high = v.mul(a, b);
  const [aHigh, bHigh] = [upper(v, a), upper(v, b)];
  const [aLow, bLow] = [v.sub(a, aHigh), v.sub(b, bHigh)];
  const cross = v.add(v.sub(v.mul(aHigh, bHigh), high), v.mul(aHigh, bLow));
  return { high, low: v.add(v.add(cross, v.mul(aLow, bHigh)), v.mul(aLow, bLow)) };
}

/** a · b for sums of two. */
function times(v: Lanes, a: Double, b: Double): Double {
  const { high, low } = productOf(v, a.high, b.high);
  return { high, low: v.add(low, v.add(v.mul(a.high, b.low), v.mul(a.low, b.high))) };
}

/**
 * With s = f / (2 + f) and z = s², log(1 + f) = s (2 + z (⅔ + z·P(z))); these are the coefficients of P. The error
 * relative to the logarithm is 2⁻⁶⁵.
 */
const doubleTail = [
  0.4000000000000228, 0.2857142857008889, 0.2222222252182412, 0.18181784200191328,
  0.1538676507513827, 0.1325663578564112, 0.13198034764829267,
];
/** ⅔ in two parts. */
const twoThirds = [0.6666666666666666, 3.700743415417188e-17] as const;

/** log x for positive normal numbers of f64, to about 2⁻⁶². */
function doubleLogarithm(v: Lanes, x: Local, shift: Local): Double {
  const { k: exponent, m } = parts(v, x);
  const k = v.sub(exponent, shift);
  const f = v.sub(m, 1);
  const divisor = v.add(m, 1);
  const lost = v.sub(m, v.sub(divisor, 1));
  const s = v.div(f, divisor);
  const product = productOf(v, s, divisor);
  const left = v.sub(v.sub(v.sub(f, product.high), product.low), v.mul(s, lost));
  const quotient = { high: s, low: v.div(left, divisor) };
  const z = times(v, quotient, quotient);
  const tail = sumOf(v, twoThirds[0], v.mul(z.high, v.polynomial(z.high, doubleTail)));
  const u = times(v, z, { high: tail.high, low: v.add(tail.low, twoThirds[1]) });
  const two = sumOf(v, 2, u.high);
  const log = times(v, quotient, { high: two.high, low: v.add(two.low, u.low) });
  const sum = sumOf(v, v.mul(k, ln2.f64x2[0]), log.high);
  return sumOf(v, sum.high, v.add(sum.low, v.add(log.low, v.mul(k, ln2.f64x2[1]))));
}

/** |x|ʸ in f64, for x that is neither 0 nor infinite. */
function doublePower(v: Lanes, size: Local, y: Local): Local {
  const isSmall = v.lt(size, 2 ** -1022);
  const scaled = v.select(isSmall, v.mul(size, 2 ** 53), size);
  const log = doubleLogarithm(v, scaled, v.and(isSmall, 53));
  /** From 10²⁰ on, the result is 0, 1 or Infinity. */
  const near = v.min(v.max(y, -1e20), 1e20);
  const product = productOf(v, near, log.high);
  const rest = v.add(product.low, v.mul(near, log.low));
  return power(v, product.high, v.min(v.max(rest, -1e-12), 1e-12));
}

/** As in `logarithm.ts`, with an error of 2⁻⁴⁴. */
const singleTail = [
  0.6666666667586246, 0.39999995600346494, 0.2857211153222684, 0.22176084994864953,
  0.19585711143501122,
];
/** (eʳ - 1 - r) / r² for |r| ≤ ½ ln 2, with an error of 2⁻²⁸. */
const singlePower = [
  0.5000000095118299, 0.16666518122319915, 0.04166620666752385, 0.008368970540859794,
  0.001395041909224462,
];

/** |x|ʸ in f64 with the precision that f32 needs, for x that is neither 0 nor infinite. */
function singlePowerOf(v: Lanes, size: Local, y: Local): Local {
  const { k, m } = parts(v, size);
  const f = v.sub(m, 1);
  const s = v.div(f, v.add(f, 2));
  const z = v.mul(s, s);
  const log = v.mul(s, v.fma(v.polynomial(z, singleTail), z, 2));
  const product = v.mul(y, v.add(v.mul(log, Math.LOG2E), k));
  const near = v.min(v.max(product, -200), 200);
  const magic = 1.5 * 2 ** 52 + 1023;
  const shifted = v.add(near, magic);
  const r = v.mul(v.sub(near, v.sub(shifted, magic)), Math.LN2);
  const minusOne = v.fma(v.mul(r, r), v.polynomial(r, singlePower), r);
  const scale = v.shiftLeft(shifted, 52);
  return v.add(scale, v.mul(scale, minusOne));
}

/** Puts in what the formula does not give: zeros, infinities and NaN, and signs of powers of negative numbers. */
function withLimits(v: Lanes, x: Local, y: Local, size: Local, regular: Local): Local {
  const isFalling = v.lt(y, 0);
  const ofInfinity = v.select(isFalling, 0, Infinity);
  const ofZero = v.select(isFalling, Infinity, 0);
  const bounded = v.select(
    v.eq(size, 0),
    ofZero,
    v.select(v.eq(size, Infinity), ofInfinity, regular),
  );
  const isInteger = v.eq(v.trunc(y), y);
  const half = v.mul(y, 0.5);
  const isOdd = v.without(isInteger, v.eq(v.trunc(half), half));
  const signed = v.or(bounded, v.and(v.and(x, -0), isOdd));
  const isBase = v.without(v.lt(x, 0), v.eq(size, Infinity));
  const isOpen = v.and(v.eq(size, 1), v.eq(v.abs(y), Infinity));
  const isNumber = v.and(v.eq(x, x), v.eq(y, y));
  const isUndefined = v.or(v.or(v.without(isBase, isInteger), isOpen), v.not(isNumber));
  return v.select(v.eq(y, 0), 1, v.or(signed, isUndefined));
}

/** xʸ as JavaScript has it: NaN for 1 to the power of NaN or ±Infinity, 1 for anything to the power of 0. */
export function pow(v: Lanes, x: Local, y: Local): Local {
  const size = v.abs(x);
  if (v.shape === "f64x2") return withLimits(v, x, y, size, doublePower(v, size, y));
  const wide = new Lanes(v.code, "f64x2", v.fused);
  const [low, high] = halves(v, size);
  const [yLow, yHigh] = halves(v, y);
  const regular = joined(v, singlePowerOf(wide, low, yLow), singlePowerOf(wide, high, yHigh));
  return withLimits(v, x, y, size, regular);
}
