import type { WgslFunction } from "./functions.ts";

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

/**
 * Sine and cosine, right for large numbers too, in plain arithmetic and hence alike on every GPU. The polynomials are
 * those of the Cephes library (S. L. Moshier, single precision), with 2e-7 of absolute error.
 */
export const angles: readonly WgslFunction[] = [
  ["quarterTurns", quarterTurns],
  ["turn", turn, ["quarterTurns"]],
  ["sinOf", sin, ["turn"]],
  ["cosOf", cos, ["turn"]],
];
