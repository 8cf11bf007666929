import { exp } from "./exponential.ts";
import type { Formula } from "./lanes.ts";

/** erf(x) / x - 1 in powers of x², for |x| ≤ 1; the error relative to erf is 2⁻²⁹ in f32 and 2⁻⁵⁶ in f64. */
const near = {
  f32x4: [
    0.12837916612625122, -0.3761262595653534, 0.1128358244895935, -0.026853643357753754,
    0.005187962669879198, -0.0008006793214008212, 7.842288323445246e-5,
  ],
  f64x2: [
    0.1283791670955126, -0.3761263890318375, 0.11283791670954857, -0.02686617064507287,
    0.005223977624780603, -0.00085483269787274, 0.00012055331036370709, -1.4925593494438038e-5,
    1.6460972621301524e-6, -1.635002318945181e-7, 1.4657866441357279e-8, -1.1365615201035645e-9,
    5.945177596556729e-11,
  ],
} as const;

/** log(1 - erf x) for 1 ≤ x ≤ 4, by which 1 - erf x is exact to 2⁻²⁹. */
const logarithmOfRest = [
  -0.0003519320162013173, -1.1270475387573242, -0.6382128000259399, -0.10304892808198929,
  0.02181103825569153, -0.002941085724160075, 0.00018572983390185982,
];

/** (1 - erf x) · e^x² in powers of (x - 2) / (x + 2), for 1 ≤ x ≤ 6, by which 1 - erf x is exact to 2⁻⁵⁸. */
const scaledRest = [
  0.25539567631050575, -0.42718584741395826, 0.24165819424245819, -0.0789785810158736,
  0.003732892405185537, 0.006997461763446097, -0.000847143197804212, -0.000981978130387205,
  4.3549409304847806e-5, 0.000174369671928836, 2.7666331964082192e-5, -2.7315153483651937e-5,
  -1.4606063125468794e-5, -1.6268258314109158e-6,
];

/**
 * The error function. Up to 1 it is a polynomial; beyond, it is 1 minus something small that decays like e^-x². From 4
 * on (6 in f64), it is 1 to the last bit.
 */
export const erf: Formula = (v, x) => {
  const size = v.abs(x);
  const square = v.mul(x, x);
  const small = v.fma(v.polynomial(square, near[v.shape]), size, size);
  let large;
  if (v.shape === "f32x4") {
    large = exp(v, v.polynomial(v.min(size, 4), logarithmOfRest));
  } else {
    const far = v.min(size, 6);
    const t = v.div(v.sub(far, 2), v.add(far, 2));
    large = v.mul(exp(v, v.mul(v.mul(far, far), -1)), v.polynomial(t, scaledRest));
  }
  const result = v.select(v.lt(size, 1), small, v.sub(1, large));
  return v.or(result, v.and(x, -0));
};
