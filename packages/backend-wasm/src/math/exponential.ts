import type { Local } from "../assembler/index.ts";
import type { Formula, Lanes } from "./lanes.ts";
import { ln2 } from "./ln2.ts";

/*
 * The exponential function. With x = k·ln 2 + r, eˣ is 2ᵏ·eʳ. Adding 1.5 · 2²³ (1.5 · 2⁵² in f64) to a number rounds
 * it to an integer and leaves that in the low bits, from where a shift brings it into the exponent; no conversion is
 * needed. Coefficients, here and elsewhere, are a least-squares fit with weights that Lawson's iteration adapts, rounded
 * one after the other.
 */

/** What brings an integer into the low bits, with `bias` added. */
export function shifter(v: Lanes, bias: number): number {
  return 1.5 * 2 ** v.mantissaBits + bias;
}

/**
 * (eʳ - 1 - r) / r² for |r| ≤ ½ ln 2, the error relative to eʳ - 1 is 2⁻²⁶ in f32 and 2⁻⁵⁹ in f64.
 */
export const tail = {
  f32x4: [
    0.4999999701976776, 0.16666541993618011, 0.04166753217577934, 0.008366712369024754,
    0.0013861979823559523,
  ],
  f64x2: [
    0.5, 0.16666666666666677, 0.041666666666666505, 0.008333333333321594, 0.0013888888888963181,
    0.00019841269886236882, 2.4801587171318564e-5, 2.7557244077861104e-6, 2.755740337054203e-7,
    2.51090898340305e-8, 2.0875200033473673e-9,
  ],
} as const;

/** The same for 0 ≤ r ≤ ln 2; the error relative to eʳ is 2⁻²⁸ in f32 and 2⁻⁵⁶ in f64. */
const wideTail = {
  f32x4: [
    0.5000023245811462, 0.1666315197944641, 0.041856348514556885, 0.00786643847823143,
    0.001913525047712028,
  ],
  f64x2: [
    0.5000000000000004, 0.1666666666666402, 0.04166666666724361, 0.00833333332659493,
    0.0013888889367476467, 0.0001984124779711477, 2.4802266849179896e-5, 2.7543186867931293e-6,
    2.775257925242518e-7, 2.3344804976262592e-8, 2.9273070870564686e-9,
  ],
} as const;

/** x clamped, NaN staying NaN. */
function clamp(v: Lanes, x: Local, low: number, high: number): Local {
  return v.min(v.max(x, low), high);
}

/** x - k·ln 2. */
function remainder(v: Lanes, x: Local, k: Local): Local {
  const [high, low] = ln2[v.shape];
  return v.sub(v.sub(x, v.mul(k, high)), v.mul(k, low));
}

/**
 * eˣ, and e^(x + rest) where the rounding of x has left a rest. Here k is rounded down, so that 2ᵏ is a float for every
 * result: with its exponent all zeros it is 0, with all ones Infinity. The factor of x is a little small, so that k does
 * not reach the latter before eˣ does.
 */
export function power(v: Lanes, x: Local, rest?: Local): Local {
  const [low, high] = v.shape === "f32x4" ? [-88, 88.73] : [-709, 709.79];
  const near = clamp(v, x, low, high);
  const k = v.floor(v.mul(near, Math.LOG2E * (1 - 2 ** (1 - v.mantissaBits))));
  const main = remainder(v, near, k);
  const r = rest ? v.add(main, rest) : main;
  const scale = v.shiftLeft(v.add(k, shifter(v, v.bias)), v.mantissaBits);
  return v.mul(v.polynomial(r, [1, 1, ...wideTail[v.shape]]), scale);
}

/** The exponential function. */
export const exp: Formula = (v, x) => power(v, x);

/** eʳ - 1 and 2ᵏ · 2^`shift` for |r| ≤ ½ ln 2: the rounded k gives the smaller remainder. */
export function split(v: Lanes, x: Local, shift = 0): { minusOne: Local; scale: Local } {
  const magic = shifter(v, v.bias + shift);
  const shifted = v.fma(x, Math.LOG2E, magic);
  const r = remainder(v, x, v.sub(shifted, magic));
  return {
    minusOne: v.fma(v.mul(r, r), v.polynomial(r, tail[v.shape]), r),
    scale: v.shiftLeft(shifted, v.mantissaBits),
  };
}

/** eˣ - 1 = (2ᵏ - 1) + 2ᵏ (eʳ - 1), with half of 2ᵏ, which is a float where eˣ is; it has the sign of x, also for -0. */
export const expm1: Formula = (v, x) => {
  const [low, high] = v.shape === "f32x4" ? [-20, 89] : [-40, 710];
  const { minusOne, scale } = split(v, clamp(v, x, low, high), -1);
  const half = v.add(v.sub(scale, 0.5), v.mul(scale, minusOne));
  return v.or(v.add(half, half), v.and(x, -0));
};
