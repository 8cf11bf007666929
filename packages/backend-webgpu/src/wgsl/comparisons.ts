import type { WgslFunction } from "./functions.ts";

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

/** What orders floats by their bits, since devices may take NaN for impossible and denormals for zero. */
export const comparisons: readonly WgslFunction[] = [
  ["rank", rank],
  ["order", order],
  ["larger", larger, ["order"]],
  ["smaller", smaller, ["order"]],
];
