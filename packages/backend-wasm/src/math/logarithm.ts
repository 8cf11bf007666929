import type { Local } from "../assembler/index.ts";
import type { Formula, Lanes } from "./lanes.ts";
import { ln2 } from "./ln2.ts";

/*
 * Logarithms. With x = 2ᵏ (1 + f) and 1 + f between √½ and √2, log x is k·ln 2 + log(1 + f).
 */

/** (log(1 + f) - f + ½f²) / f³ for √½ ≤ 1 + f ≤ √2; the error relative to the logarithm is 2⁻²⁷. */
const cubic = [
  0.3333333134651184, -0.250008225440979, 0.2000122368335724, -0.16623297333717346,
  0.14202150702476501, -0.1316135823726654, 0.1275801658630371, -0.07625849545001984,
];

/**
 * With s = f / (2 + f) and z = s², log(1 + f) = 2s + s·z·P(z); these are the coefficients of P. The error relative to
 * the logarithm is 2⁻⁵⁹.
 */
const odd = [
  0.6666666666666735, 0.3999999999941039, 0.2857142874339254, 0.22222198464403517,
  0.18183570277024666, 0.15313890752527434, 0.14797622899518484,
];

/** A number as a power of two and a factor from √½ to √2. */
export interface Parts {
  /** The exponent, as a float. */
  readonly k: Local;
  /** The factor. */
  readonly m: Local;
  /** 2⁻ᵏ. */
  readonly scale: Local;
}

/** Takes positive normal numbers apart. */
export function parts(v: Lanes, x: Local): Parts {
  const fromRoot = v.subBits(x, Math.SQRT1_2);
  const biased = v.shiftRight(v.addBits(fromRoot, 1), v.mantissaBits);
  const exponent = v.and(fromRoot, -Infinity);
  const large = 2 ** v.mantissaBits;
  return {
    k: v.sub(v.or(biased, large), large + v.bias),
    m: v.subBits(x, exponent),
    scale: v.subBits(1, exponent),
  };
}

/** k·ln 2 + log(1 + f). */
function logarithm(v: Lanes, k: Local, f: Local): Local {
  const [high, low] = ln2[v.shape];
  const half = v.mul(v.mul(f, f), 0.5);
  let rest: Local;
  if (v.shape === "f32x4") {
    rest = v.mul(v.mul(v.mul(f, f), f), v.polynomial(f, cubic));
  } else {
    const s = v.div(f, v.add(f, 2));
    const z = v.mul(s, s);
    rest = v.mul(s, v.add(half, v.mul(z, v.polynomial(z, odd))));
  }
  const small = v.sub(half, v.add(rest, v.mul(k, low)));
  return v.add(v.mul(k, high), v.sub(f, small));
}

/** Puts in what the formula does not give: -Infinity for 0, NaN below, Infinity for itself. */
function withLimits(v: Lanes, x: Local, result: Local): Local {
  const finite = v.select(v.eq(x, Infinity), x, result);
  const limited = v.select(v.eq(x, 0), -Infinity, finite);
  return v.or(limited, v.not(v.ge(x, 0)));
}

/** The natural logarithm. Subnormal numbers are scaled first. */
export const log: Formula = (v, x) => {
  const shift = v.mantissaBits + 1;
  const isSmall = v.lt(x, 2 ** (1 - v.bias));
  const { k, m } = parts(v, v.select(isSmall, v.mul(x, 2 ** shift), x));
  const exponent = v.sub(k, v.and(isSmall, shift));
  return withLimits(v, x, logarithm(v, exponent, v.sub(m, 1)));
};

/**
 * log(1 + x): what is lost in rounding 1 + x is added to f. For the largest x, 2⁻ᵏ is no float, and nothing is lost. The
 * result has the sign of x, also for -0.
 */
export const log1p: Formula = (v, x) => {
  const sum = v.add(x, 1);
  const rounded = v.sub(sum, 1);
  const lost = v.add(v.sub(1, v.sub(sum, rounded)), v.sub(x, rounded));
  const { k, m, scale } = parts(v, sum);
  const f = v.add(v.sub(m, 1), v.mul(lost, v.max(scale, 0)));
  return v.or(withLimits(v, sum, logarithm(v, k, f)), v.and(x, -0));
};
