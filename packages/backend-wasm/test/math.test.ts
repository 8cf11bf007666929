import { describe, expect, test } from "vitest";
import type { MathName } from "../src/math/index.ts";
import * as reference from "./math-reference.ts";
import {
  error,
  evaluate,
  exactError,
  neighbours,
  random,
  supportsRelaxed,
} from "./math-support.ts";

type Name = Exclude<MathName, "rem" | "div" | "pow">;

/** Where a function is not 0, 1 or beyond the range, for both types, and where its code changes over. */
const ranges: Record<Name, { f32: [number, number]; f64: [number, number]; edges: number[] }> = {
  exp: {
    f32: [-89, 89.5],
    f64: [-710, 710],
    edges: [Math.LN2, 88, 88.722839, -87.33655, 709.782712893384],
  },
  expm1: { f32: [-20, 89], f64: [-40, 710], edges: [0.5 * Math.LN2, -0.5 * Math.LN2, -20] },
  log: { f32: [0, 4], f64: [0, 4], edges: [Math.SQRT1_2, 1, Math.SQRT2, 2 ** -126, 2 ** -1022] },
  log1p: {
    f32: [-1, 4],
    f64: [-1, 4],
    edges: [Math.SQRT1_2 - 1, 0, Math.SQRT2 - 1, 2 ** 24, 2 ** 53],
  },
  sin: { f32: [-300, 300], f64: [-300, 300], edges: multiples(Math.PI / 4, 40) },
  cos: { f32: [-300, 300], f64: [-300, 300], edges: multiples(Math.PI / 4, 40) },
  tanh: { f32: [-10, 10], f64: [-22, 22], edges: multiples(Math.LN2 / 4, 20) },
  sigmoid: { f32: [-90, 20], f64: [-710, 40], edges: multiples(Math.LN2 / 2, 20) },
  erf: { f32: [-4.2, 4.2], f64: [-6.2, 6.2], edges: [1, -1, 4, 6] },
};

function multiples(unit: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => n * unit);
}

const exact: Record<Name, (x: reference.Big) => reference.Big> = {
  exp: reference.exp,
  expm1: reference.expm1,
  log: reference.log,
  log1p: reference.log1p,
  sin: reference.sin,
  cos: reference.cos,
  tanh: reference.tanh,
  sigmoid: reference.sigmoid,
  erf: reference.erf,
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const plain: Record<Exclude<Name, "erf">, (x: number) => number> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid,
};

/** Points of the ordinary range, of its middle part, of all magnitudes, and around edges. */
function points(name: Name, type: "f32" | "f64", count: number): number[] {
  const { [type]: range, edges } = ranges[name];
  const next = random(name.length + count);
  const [low, high] = range;
  const result = edges.flatMap((edge) => neighbours(edge, type, 4));
  for (let n = 0; n < count; n++) {
    const x = low + (high - low) * next();
    result.push(
      x,
      (high - low) * (next() - 0.5) ** 3,
      2 ** Math.floor(-60 * next()) * (next() - 0.5),
    );
  }
  const isPositive = name === "log";
  return [...(type === "f32" ? Float32Array.from(result) : result)].map((x) =>
    isPositive ? Math.abs(x) : x,
  );
}

describe.each(supportsRelaxed ? [false, true] : [false])("relaxed: %s", (relaxed) => {
  test.each(Object.keys(plain) as (keyof typeof plain)[])(
    "%s of f32 is off 2 ulp at most",
    (name) => {
      const xs = points(name, "f32", 20_000);
      const actual = evaluate(name, "f32", [xs], relaxed);
      let worst = 0;
      xs.forEach((x, n) => (worst = Math.max(worst, error(actual[n]!, plain[name](x), "f32"))));
      expect(worst).toBeLessThanOrEqual(2);
    },
  );

  test.each(Object.keys(ranges) as Name[])("%s of f64 is off 2 ulp at most", (name) => {
    const xs = points(name, "f64", 400).filter((x) => Number.isFinite(x) && Math.abs(x) < 1e6);
    const actual = evaluate(name, "f64", [xs], relaxed);
    let worst = 0;
    xs.forEach((x, n) => {
      if (x === 0) return;
      worst = Math.max(worst, exactError(actual[n]!, exact[name](reference.big(x)), "f64"));
    });
    expect(worst).toBeLessThanOrEqual(2);
  });

  test("erf of f32 is off 2 ulp at most", () => {
    const xs = points("erf", "f32", 400).filter((x) => x !== 0);
    const actual = evaluate("erf", "f32", [xs], relaxed);
    const errors = xs.map((x, n) => exactError(actual[n]!, reference.erf(reference.big(x)), "f32"));
    expect(Math.max(...errors)).toBeLessThanOrEqual(2);
  });

  test.each(["sin", "cos"] as const)("%s of large angles is exact", (name) => {
    const next = random(3);
    for (const type of ["f32", "f64"] as const) {
      const top = type === "f32" ? 127 : 1023;
      const xs = Array.from({ length: 500 }, () => (1 + next()) * 2 ** Math.floor(top * next()));
      // The multiple of ½π that a number of f64 comes closest to.
      xs.push(2 ** 30, 2 ** 31, 6381956970095103 * (type === "f32" ? 1 : 2 ** 797));
      const angles = [...(type === "f32" ? Float32Array.from(xs) : xs)];
      const actual = evaluate(name, type, [angles], relaxed);
      const errors = angles.map((x, n) =>
        exactError(actual[n]!, exact[name](reference.big(x)), type),
      );
      expect(Math.max(...errors)).toBeLessThanOrEqual(2);
    }
  });

  test("pow is off 2 ulp at most", () => {
    const next = random(11);
    for (const type of ["f32", "f64"] as const) {
      const largest = type === "f32" ? 127 : 1022;
      const pairs = Array.from({ length: 1500 }, (_, n) => {
        const x = n % 3 ? 4 * next() : (1 + next()) * 2 ** (largest * (2 * next() - 1));
        const y = ((n % 5 ? 2 : 2 * next()) * next() - 1) * (largest / Math.abs(Math.log2(x)));
        return type === "f32" ? [Math.fround(x), Math.fround(y)] : [x, y];
      });
      // Where the logarithm is small and the exponent large.
      for (const x of [1 + 2 ** -20, 1 - 2 ** -20]) pairs.push([x, 2 ** 26], [x, -(2 ** 24)]);
      const [xs, ys] = [0, 1].map((side) => pairs.map((pair) => pair[side]!));
      const actual = evaluate("pow", type, [xs!, ys!], relaxed);
      const errors = xs!.map((x, n) => {
        const power = reference.pow(reference.big(x), reference.big(ys![n]!));
        return exactError(actual[n]!, power, type);
      });
      expect(Math.max(...errors)).toBeLessThanOrEqual(2);
    }
  });
});
