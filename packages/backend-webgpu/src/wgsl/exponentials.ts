import type { WgslFunction } from "./functions.ts";

/** e^(r + k ln 2) for a small r; in two steps, so that neither factor overflows. */
const scaledExp = `
fn scaledExp(r : f32, k : i32) -> f32 {
  let p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  let half = k / 2;
  return (p * r * r + r + 1.0) * bitcast<f32>((half + 127) << 23u) * bitcast<f32>((k - half + 127) << 23u);
}`;

/** x as 2^exponent · (1 + rest), from √½ to √2. Denormals are read as integers, since arithmetic may flush them. */
const splitFloat = `
struct Split { exponent : f32, rest : f32 };
fn splitFloat(x : f32) -> Split {
  var bits = bitcast<i32>(x);
  var exponent = 0;
  if (bits < 0x00800000) { bits = bitcast<i32>(f32(bits)); exponent = -149; }
  exponent += (bits >> 23u) - 126;
  var m = bitcast<f32>((bits & 0x007fffff) | 0x3f000000);
  if (m < 0.70710677) { exponent -= 1; m = m + m; }
  return Split(f32(exponent), m - 1.0);
}
/** log(1 + m) - m, for m from splitFloat. */
fn logRest(m : f32) -> f32 {
  let z = m * m;
  let p = (((((((7.0376836292e-2 * m - 1.1514610310e-1) * m + 1.1676998740e-1) * m - 1.2420140846e-1) * m
    + 1.4249322787e-1) * m - 1.6668057665e-1) * m + 2.0000714765e-1) * m - 2.4999993993e-1) * m + 3.3333331174e-1;
  return p * m * z - 0.5 * z;
}`;

const exp = `
fn expOf(x : f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x > 88.72284) { return infinity(); }
  if (x < -103.98) { return 0.0; }
  let k = floor(x * 1.44269504 + 0.5);
  return scaledExp(x - k * 0.693359375 + k * 2.12194440e-4, i32(k));
}`;

const log = `
fn logOf(x : f32) -> f32 {
  let bits = bitcast<i32>(x);
  if (isNan(x) || bits == 0x7f800000) { return x; }
  if ((bits & 0x7fffffff) == 0) { return -infinity(); }
  if (bits < 0) { return nan(); }
  let s = splitFloat(x);
  return s.rest + (logRest(s.rest) - s.exponent * 2.12194440e-4) + s.exponent * 0.693359375;
}`;

const tanh = `
fn tanhOf(x : f32) -> f32 {
  let a = abs(x);
  if (isNan(x)) { return x; }
  if (a < 0.625) {
    let z = x * x;
    return ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z
      - 3.33332819422e-1) * z * x + x;
  }
  let y = select(1.0 - 2.0 / (expOf(2.0 * min(a, 10.0)) + 1.0), 1.0, a > 9.5);
  return select(y, -y, x < 0.0);
}`;

const sigmoid = `
fn sigmoidOf(x : f32) -> f32 {
  let e = expOf(-abs(x));
  return select(select(e, 1.0, x >= 0.0) / (1.0 + e), x, isNan(x));
}`;

/** As Math.pow, also for 1 to the power of an infinity (NaN). */
const pow = `
fn powOf(x : f32, y : f32) -> f32 {
  let inf = infinity();
  let a = abs(x);
  let b = abs(y);
  if ((bitcast<i32>(y) & 0x7fffffff) == 0) { return 1.0; }
  if (isNan(x) || isNan(y) || (a == 1.0 && b == inf)) { return nan(); }
  let isWhole = b >= 16777216.0 || (b >= 1.0 && floor(y) == y);
  let isOdd = isWhole && b < 16777216.0 && (i32(y) & 1) == 1;
  let sign = select(1.0, -1.0, isOdd && bitcast<i32>(x) < 0);
  if (b == inf) { return select(0.0, inf, (a > 1.0) == (y > 0.0)); }
  if (a == inf || (bitcast<i32>(x) & 0x7fffffff) == 0) { return sign * select(0.0, inf, (a == inf) == (y > 0.0)); }
  if (x < 0.0 && !isWhole) { return nan(); }
  // y·log2(a) = y·exponent + y·log2(1 + rest), where the first product is exact in two parts.
  let s = splitFloat(a);
  let high = bitcast<f32>(bitcast<u32>(y) & 0xffffff00u);
  let logarithm = (s.rest + logRest(s.rest)) * 1.44269504;
  let estimate = y * s.exponent + y * logarithm;
  if (estimate > 129.0) { return sign * inf; }
  if (estimate < -151.0) { return sign * 0.0; }
  let k = floor(estimate + 0.5);
  let f = (high * s.exponent - k) + ((y - high) * s.exponent + y * logarithm);
  return sign * scaledExp(f * 0.69314718, i32(k));
}`;

/**
 * Exponentials and logarithms, which WGSL leaves too inexact or wrong for NaN and the infinities, in plain arithmetic
 * and hence alike on every GPU. The polynomials are those of the Cephes library (S. L. Moshier, single precision), with
 * 2e-7 of relative error.
 */
export const exponentials: readonly WgslFunction[] = [
  ["scaledExp", scaledExp],
  ["splitFloat", splitFloat],
  ["expOf", exp, ["scaledExp"]],
  ["logOf", log, ["splitFloat"]],
  ["tanhOf", tanh, ["expOf"]],
  ["sigmoidOf", sigmoid, ["expOf"]],
  ["powOf", pow, ["scaledExp", "splitFloat"]],
];
