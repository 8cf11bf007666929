/**
 * Functions that WGSL leaves too inexact or wrong for NaN and the infinities, in plain arithmetic
 * and hence alike on every GPU. The polynomials of exp, log, sin, cos and tanh are those of the Cephes library
 * (S. L. Moshier, single precision), with 2e-7 of relative error; sin and cos of absolute error.
 */

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

/**
 * x = (quarters + rest / (π/2)) · π/2, up to whole turns. Small numbers subtract π/2 in three parts (Cody and Waite);
 * large ones multiply their mantissa with the bits of 2/π that matter (Payne and Hanek).
 */
const quarterTurns = `
struct Turn { quarters : i32, rest : f32 };
fn highBits(a : u32, b : u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a & 0xffffu) * (b >> 16u);
  let second = (a >> 16u) * (b & 0xffffu);
  let middle = (low >> 16u) + (first & 0xffffu) + (second & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u) + (middle >> 16u);
}
fn quarterTurns(a : f32) -> Turn {
  if (a <= 8192.0) {
    let k = floor(a * 0.63661977 + 0.5);
    return Turn(i32(k), ((a - k * 1.5703125) - k * 4.837512969970703125e-4) - k * 7.54978995489188216e-8);
  }
  var words = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
  let bits = bitcast<u32>(a);
  let mantissa = (bits & 0x007fffffu) | 0x00800000u;
  let start = (bits >> 23u) - 120u;
  let word = start >> 5u;
  let shift = start & 31u;
  var window : array<u32, 3>;
  for (var i = 0u; i < 3u; i++) {
    let next = select(0u, words[word + i + 1u] >> (32u - shift), shift > 0u);
    window[i] = (words[word + i] << shift) | next;
  }
  let carried = highBits(mantissa, window[2]);
  let low = mantissa * window[1] + carried;
  let high = mantissa * window[0] + highBits(mantissa, window[1]) + select(0u, 1u, low < carried);
  let part = bitcast<i32>((high << 2u) | (low >> 30u));
  let fraction = f32(part) * 2.3283064365386963e-10 + f32(low << 2u) * 5.421010862427522e-20;
  return Turn(i32(high >> 30u) + select(0, 1, part < 0), fraction * 1.5707964);
}`;

/** Sine of x, a number of quarter turns further. */
const turn = `
fn turn(x : f32, further : i32) -> f32 {
  let a = abs(x);
  if (isNan(x) || a == infinity()) { return nan(); }
  let t = quarterTurns(a);
  let r = t.rest;
  let z = r * r;
  let s = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
  let c = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
  let q = t.quarters + further;
  let y = select(s, c, (q & 1) == 1);
  return select(y, -y, (q & 2) == 2);
}`;

const sin = `
fn sinOf(x : f32) -> f32 {
  let y = turn(x, 0);
  return select(y, -y, bitcast<i32>(x) < 0);
}`;

const cos = `
fn cosOf(x : f32) -> f32 { return turn(x, 1); }`;

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

/** The exact remainder, by long division of the mantissas. */
const rem = `
fn remOf(x : f32, y : f32) -> f32 {
  let bx = bitcast<i32>(x) & 0x7fffffff;
  let by = bitcast<i32>(y) & 0x7fffffff;
  if (isNan(x) || isNan(y) || bx == 0x7f800000 || by == 0) { return nan(); }
  if (bx < by) { return x; }
  var m = (bx & 0x7fffff) | select(0, 0x800000, bx >= 0x800000);
  var divisor = (by & 0x7fffff) | select(0, 0x800000, by >= 0x800000);
  var steps = max(bx >> 23u, 1);
  var exponent = max(by >> 23u, 1);
  while (m < 0x800000) { m <<= 1u; steps--; }
  while (divisor < 0x800000) { divisor <<= 1u; exponent--; }
  for (steps -= exponent; steps > 0; steps--) {
    if (m >= divisor) { m -= divisor; }
    m <<= 1u;
  }
  if (m >= divisor) { m -= divisor; }
  while (m > 0 && m < 0x800000 && exponent > 1) { m <<= 1u; exponent--; }
  if (exponent < 1) { m >>= u32(1 - exponent); exponent = 1; }
  let bits = select(m, (exponent << 23u) | (m & 0x7fffff), m >= 0x800000);
  return bitcast<f32>(bits | (bitcast<i32>(x) & (-2147483647 - 1)));
}`;

/** An integer that orders floats as they are ordered; both zeros have 0. */
const rank = `
fn rank(x : f32) -> i32 {
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}`;

/** The same, but -0 comes before 0. NaN is anywhere. */
const order = `
fn order(x : f32) -> i32 {
  let bits = bitcast<i32>(x);
  return bits ^ ((bits >> 31u) & 0x7fffffff);
}`;

const larger = `
fn larger(a : f32, b : f32) -> f32 {
  return select(select(b, a, isNan(a) || order(a) > order(b)), b, isNan(b));
}`;

const smaller = `
fn smaller(a : f32, b : f32) -> f32 {
  return select(select(b, a, isNan(a) || order(a) < order(b)), b, isNan(b));
}`;

/** Cuts off, and saturates. */
const toInteger = `
fn toInteger(x : f32, low : i32, high : i32) -> i32 {
  if (isNan(x)) { return 0; }
  if (x >= 2147483648.0) { return high; }
  if (x < -2147483648.0) { return low; }
  return clamp(i32(x), low, high);
}`;

/** In two halves, both exact, so that one addition rounds: WGSL leaves open how a conversion does. */
const toFloat = `
fn toFloat(x : i32) -> f32 { return f32(x >> 16u) * 65536.0 + f32(x & 0xffff); }`;

/** A word of Threefry-2x32 with 20 rounds (Salmon et al. 2011), as the kernel's lowering describes it. */
const threefry = `
fn threefry(first : i32, second : i32, counter : i32, e : i32) -> i32 {
  var keys = vec3<u32>(bitcast<u32>(second), bitcast<u32>(first ^ second) ^ 0x1bd11bdau, bitcast<u32>(first));
  var x = bitcast<u32>(counter) + bitcast<u32>(first);
  var y = bitcast<u32>(e >> 1u) + bitcast<u32>(second);
  var odd = vec4<u32>(13u, 15u, 26u, 6u);
  var even = vec4<u32>(17u, 29u, 16u, 24u);
  for (var turn = 1u; turn <= 5u; turn++) {
    x += y; y = ((y << odd.x) | (y >> (32u - odd.x))) ^ x;
    x += y; y = ((y << odd.y) | (y >> (32u - odd.y))) ^ x;
    x += y; y = ((y << odd.z) | (y >> (32u - odd.z))) ^ x;
    x += y; y = ((y << odd.w) | (y >> (32u - odd.w))) ^ x;
    x += keys.x;
    y += keys.y + turn;
    keys = keys.yzx;
    let swap = odd; odd = even; even = swap;
  }
  return bitcast<i32>(select(x, y, (e & 1) == 1));
}`;

/** Functions and those that they call, in an order in which they can be declared. */
const all: readonly (readonly [name: string, code: string, needs?: readonly string[]])[] = [
  ["scaledExp", scaledExp],
  ["splitFloat", splitFloat],
  ["expOf", exp, ["scaledExp"]],
  ["logOf", log, ["splitFloat"]],
  ["quarterTurns", quarterTurns],
  ["turn", turn, ["quarterTurns"]],
  ["sinOf", sin, ["turn"]],
  ["cosOf", cos, ["turn"]],
  ["tanhOf", tanh, ["expOf"]],
  ["sigmoidOf", sigmoid, ["expOf"]],
  ["powOf", pow, ["scaledExp", "splitFloat"]],
  ["remOf", rem],
  ["rank", rank],
  ["order", order],
  ["larger", larger, ["order"]],
  ["smaller", smaller, ["order"]],
  ["toInteger", toInteger],
  ["toFloat", toFloat],
  ["threefry", threefry],
];

/** The declarations of all functions that a piece of WGSL calls. */
export function functionsFor(code: string): string {
  const needed = new Set(all.flatMap(([name]) => (code.includes(`${name}(`) ? [name] : [])));
  for (const [name, , needs = []] of all.toReversed())
    if (needed.has(name)) for (const other of needs) needed.add(other);
  return all.flatMap(([name, text]) => (needed.has(name) ? [text] : [])).join("");
}
