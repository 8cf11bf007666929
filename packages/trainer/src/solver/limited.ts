import {
  add,
  cast,
  clip,
  div,
  mapTree,
  maximum,
  mul,
  sqrt,
  square,
  sum,
  type TensorMap,
} from "@nn/core";
import type { FirstOrderOptions } from "./first-order.ts";

/** Gradients within the limits; what is not finite stays so. */
export function limited(
  gradients: TensorMap,
  { clipNorm, clipValue }: FirstOrderOptions,
): TensorMap {
  let result = gradients;
  if (clipValue !== undefined)
    result = mapTree(result, (g) => clip(g, -clipValue, clipValue)) as TensorMap;
  if (clipNorm === undefined) return result;
  const all = Object.values(result);
  const dtype = all.some((g) => g.dtype === "f64") ? "f64" : "f32";
  // A power of two changes no digit, and keeps squares finite up to 2⁹⁴ times the limit: exploding gradients are what
  // the limit is for. What it makes too small for a square does not count beside a norm that is above the limit.
  const magnitude = Math.floor(Math.log2(clipNorm));
  const scale = 2 ** (-30 - Math.min(60, Math.max(-60, magnitude)));
  const squares = all.map((g) => cast(sum(square(mul(g, scale))), dtype));
  const limit = clipNorm * scale;
  const factor = div(limit, maximum(sqrt(squares.reduce(add)), limit));
  return mapTree(result, (g) => mul(g, cast(factor, g.dtype))) as TensorMap;
}
