import type { FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import { halves, joined, Lanes } from "./lanes.ts";
import { largeAngle } from "./large-angle.ts";

/** (sin r - r) / r³ in powers of r², for |r| ≤ ¼π; the error relative to sin r is 2⁻²⁸ in f32 and 2⁻⁵⁷ in f64. */
const sineTail = {
  f32x4: [-0.16666655242443085, 0.008332188241183758, -0.00019518073531799018],
  f64x2: [
    -0.1666666666666663, 0.008333333333321992, -0.00019841269829486174, 2.7557313584870602e-6,
    -2.505074193105502e-8, 1.5895885213657093e-10,
  ],
} as const;

/** (cos r - 1 + ½r²) / r⁴ in powers of r², for |r| ≤ ¼π; the error is 2⁻³³ in f32 and 2⁻⁵⁹ in f64. */
const cosineTail = {
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

/** x - k·½π, rounded, what the rounding lost, and k, as an integer in the low bits of k + 1.5 · 2⁵². */
interface Reduced {
  readonly r: Local;
  readonly lost: Local;
  readonly k: Local;
}

/** Numbers that are reduced by subtraction; others, Infinity and NaN go lane by lane. */
const limit = 2 ** 30;

/** Takes whole quarter turns off numbers of f64. */
function reduce(v: Lanes, x: Local, slow: FunctionReference): Reduced {
  const magic = 1.5 * 2 ** 52;
  const shifted = v.add(v.mul(x, 2 / Math.PI), magic);
  const k = v.sub(shifted, magic);
  const [a, b, c, d] = halfPi;
  const second = v.sub(v.sub(x, v.mul(k, a)), v.mul(k, b));
  const step = v.mul(k, c);
  const third = v.sub(second, step);
  const rest = v.sub(v.mul(k, d), v.sub(v.sub(second, third), step));
  const r = v.sub(third, rest);
  const lost = v.sub(v.sub(third, r), rest);
  const { code } = v;
  v.push(v.lt(v.abs(x), limit));
  code
    .op("i64x2.all_true")
    .op("i32.eqz")
    .when(() => {
      for (const lane of [0, 1]) {
        const value = code.get(x).lane("f64x2.extract_lane", lane).take("f64");
        code
          .get(value)
          .op("f64.abs")
          .f64(limit)
          .op("f64.lt")
          .op("i32.eqz")
          .when(() => {
            const turns = code.get(value).call(slow).take("i64");
            const angle = code.take("f64");
            code.get(r).get(angle).lane("f64x2.replace_lane", lane).set(r);
            code.get(lost).f64(0).lane("f64x2.replace_lane", lane).set(lost);
            code.get(shifted).f64(magic).op("i64.reinterpret_f64").get(turns).op("i64.add");
            code.lane("i64x2.replace_lane", lane).set(shifted);
          });
      }
    });
  return { r, lost, k: shifted };
}

/** sin (r + lost + k·½π): the sine of r, which has its sign, also for -0, or the cosine, or minus that. */
function turned(v: Lanes, { r, lost, k }: { r: Local; lost?: Local; k: Local }): Local {
  const z = v.mul(r, r);
  const tail = v.mul(v.polynomial(z, sineTail[v.shape]), v.mul(z, r));
  const sin = v.or(v.add(r, lost ? v.add(tail, lost) : tail), v.and(r, -0));
  const half = v.mul(z, 0.5);
  const top = v.sub(1, half);
  const rounding = v.sub(v.sub(1, top), half);
  const correction = lost ? v.sub(rounding, v.mul(r, lost)) : rounding;
  const cos = v.add(top, v.fma(v.mul(z, z), v.polynomial(z, cosineTail[v.shape]), correction));
  const signBit = v.shape === "f32x4" ? 31 : 63;
  const isCosine = v.isSigned(v.shiftLeft(k, signBit));
  const sign = v.and(v.shiftLeft(k, signBit - 1), -0);
  return v.xor(v.select(isCosine, cos, sin), sign);
}

/**
 * The sine of an angle that is some quarter turns ahead: none for the sine, one for the cosine. The remainders of f32
 * are taken in f64, half a vector at a time, so that they are exact.
 */
export function sine(module: ModuleBuilder, v: Lanes, x: Local, ahead: 0 | 1): Local {
  const slow = module.once("angle", () => largeAngle(module));
  const reduced = (w: Lanes, half: Local): Reduced => {
    const { r, lost, k } = reduce(w, half, slow);
    return { r, lost, k: ahead ? w.add(k, ahead) : k };
  };
  if (v.shape === "f64x2") return turned(v, reduced(v, x));
  const wide = new Lanes(v.code, "f64x2", v.fused);
  const [low, high] = halves(v, x).map((half) => reduced(wide, half));
  return turned(v, {
    r: joined(v, low!.r, high!.r),
    k: v.code.get(low!.k).get(high!.k).shuffle32([0, 2, 4, 6]).take("v128"),
  });
}
