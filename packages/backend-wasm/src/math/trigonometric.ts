import type { Local } from "../assembler/index.ts";
import { halves, joined, Lanes, type Formula, type Vector } from "./lanes.ts";

/** (sin r - r) / r³ in powers of r², for |r| ≤ ¼π; the error relative to sin r is 2⁻²⁸ in f32 and 2⁻⁵⁷ in f64. */
const sine = {
  f32x4: [-0.16666655242443085, 0.008332188241183758, -0.00019518073531799018],
  f64x2: [
    -0.1666666666666663, 0.008333333333321992, -0.00019841269829486174, 2.7557313584870602e-6,
    -2.505074193105502e-8, 1.5895885213657093e-10,
  ],
} as const;

/** (cos r - 1 + ½r²) / r⁴ in powers of r², for |r| ≤ ¼π; the error is 2⁻³³ in f32 and 2⁻⁵⁹ in f64. */
const cosine = {
  f32x4: [0.04166664555668831, -0.0013887309469282627, 2.4432338250335306e-5],
  f64x2: [
    0.041666666666666595, -0.001388888888887286, 2.4801587288729728e-5, -2.755731414388383e-7,
    2.08756959903992e-9, -1.1358282906215337e-11,
  ],
} as const;

/** ½π in four parts; the first three have 23 bits each, so that their products with numbers below 2³⁰ are exact. */
const halfPi = [
  1.570796251296997, 7.549789415861596e-8, 5.390302529957765e-15, 3.2820035428735005e-22,
] as const;

/** x - k·½π, rounded, what the rounding lost, and k, as an integer in the low bits. */
interface Reduced {
  readonly r: Local;
  readonly lost: Local;
  readonly k: Local;
}

/** Takes whole quarter turns off numbers of f64, of a magnitude below 2³⁰. */
function reduce(v: Lanes, x: Vector): Reduced {
  const magic = 1.5 * 2 ** 52;
  const shifted = v.add(v.mul(x, 2 / Math.PI), magic);
  const k = v.sub(shifted, magic);
  const [a, b, c, d] = halfPi;
  const second = v.sub(v.sub(x, v.mul(k, a)), v.mul(k, b));
  const step = v.mul(k, c);
  const third = v.sub(second, step);
  const rest = v.sub(v.mul(k, d), v.sub(v.sub(second, third), step));
  const r = v.sub(third, rest);
  return { r, lost: v.sub(v.sub(third, r), rest), k: shifted };
}

/** sin (r + lost + k·½π): the sine or the cosine of r, or minus that. */
function turned(v: Lanes, { r, lost, k }: { r: Local; lost?: Local; k: Local }): Local {
  const z = v.mul(r, r);
  const tail = v.mul(v.polynomial(z, sine[v.shape]), v.mul(z, r));
  const sin = v.add(r, lost ? v.add(tail, lost) : tail);
  const half = v.mul(z, 0.5);
  const top = v.sub(1, half);
  const rounding = v.sub(v.sub(1, top), half);
  const correction = lost ? v.sub(rounding, v.mul(r, lost)) : rounding;
  const cos = v.add(top, v.fma(v.mul(z, z), v.polynomial(z, cosine[v.shape]), correction));
  const signBit = v.shape === "f32x4" ? 31 : 63;
  const isCosine = v.isSigned(v.shiftLeft(k, signBit));
  const sign = v.and(v.shiftLeft(k, signBit - 1), -0);
  return v.xor(v.select(isCosine, cos, sin), sign);
}

/** The same function for both shapes; the remainders of f32 are taken in f64, half a vector at a time. */
function quarterTurns(ahead: 0 | 1): Formula {
  return (v, x) => {
    const ahead64 = (w: Lanes, reduced: Reduced): Reduced =>
      ahead ? { ...reduced, k: w.add(reduced.k, 1) } : reduced;
    if (v.shape === "f64x2") return turned(v, ahead64(v, reduce(v, x)));
    const wide = new Lanes(v.code, "f64x2", v.fused);
    const [low, high] = halves(v, x).map((half) => ahead64(wide, reduce(wide, half)));
    return turned(v, {
      r: joined(v, low!.r, high!.r),
      k: v.code.get(low!.k).get(high!.k).shuffle32([0, 2, 4, 6]).take("v128"),
    });
  };
}

/** The sine. */
export const sin = quarterTurns(0);

/** The cosine: the sine of an angle that is a quarter turn ahead. */
export const cos = quarterTurns(1);
