import { readFileSync } from "node:fs";
import { js } from "@nn/backend-js";
import { tensor, type TensorMap } from "@nn/core";
import { describe, expect, it } from "vitest";
import { limited } from "../src/solver/limited.ts";

/** Made by tools/reference/optimizers.py: what PyTorch's `clip_grad_norm_` makes of gradients. */
interface Reference {
  readonly cases: readonly {
    readonly limit: number;
    readonly norm: number;
    readonly shapes: readonly number[][];
    readonly gradients: readonly number[][];
    readonly clipped: readonly number[][];
  }[];
}
const { cases } = JSON.parse(
  readFileSync(new URL("clipping-reference.json", import.meta.url), "utf8"),
) as Reference;

const backend = js();
function clippedTo(clipNorm: number, gradients: TensorMap): number[] {
  return Object.values(limited(gradients, { clipNorm })).flatMap((g) => [...g.readSync()]);
}
function f32(...values: readonly number[][]): TensorMap {
  return Object.fromEntries(values.map((value, i) => [String(i), tensor(backend, value)]));
}

describe("clipNorm", () => {
  it.each(cases)("limits a norm of $norm to $limit as PyTorch does", (reference) => {
    const gradients = reference.gradients.map((values, i) => {
      const shape = reference.shapes[i]!;
      return [String(i), tensor(backend, values, { shape, dtype: "f64" })] as const;
    });
    const actual = clippedTo(reference.limit, Object.fromEntries(gradients));
    // PyTorch adds 1e-6 to the norm before it divides by it.
    const correction = reference.norm > reference.limit ? 1 + 1e-6 / reference.norm : 1;
    reference.clipped.flat().forEach((expected, i) => {
      expect(actual[i]).toBeCloseTo(expected * correction, 12);
    });
  });

  it("leaves gradients within the limit as they are, to the bit", () => {
    const values = [0.1, 1e-30, -3e-42, 0, 2.9];
    expect(clippedTo(3, f32(values))).toEqual([...Float32Array.from(values)]);
  });

  it("keeps the direction of gradients whose squares are not finite in f32", () => {
    const [a, b] = clippedTo(1, f32([3e25], [-4e25]));
    expect([a, b].map((x) => x!.toFixed(6))).toEqual(["0.600000", "-0.800000"]);
  });

  it("measures in f64 what is f64, also beside f32", () => {
    const large = tensor(backend, [3e60], { dtype: "f64" });
    const [a, b] = clippedTo(1, { a: large, b: tensor(backend, [4]) });
    expect(a).toBeCloseTo(1, 12);
    expect(b).toBe(0);
  });

  it("works for limits of any size", () => {
    for (const limit of [1e-30, 1e-12, 1e-3, 1e6, 1e30]) {
      const [a, b] = clippedTo(limit, f32([30 * limit], [40 * limit]));
      expect(a! / limit).toBeCloseTo(0.6, 5);
      expect(b! / limit).toBeCloseTo(0.8, 5);
    }
  });

  it("makes nothing finite of what is not", () => {
    expect(clippedTo(1, f32([1, Infinity])).every(Number.isFinite)).toBe(false);
    expect(clippedTo(1, f32([1, Number.NaN])).every(Number.isFinite)).toBe(false);
  });
});

it("clipValue limits every element, and clipNorm what it leaves", () => {
  const gradients = f32([-7, 0.5], [3]);
  const values = (limits: Parameters<typeof limited>[1]) =>
    Object.values(limited(gradients, limits)).flatMap((g) => [...g.readSync()]);
  expect(values({ clipValue: 2 })).toEqual([-2, 0.5, 2]);
  const norm = Math.hypot(2, 0.5, 2);
  values({ clipValue: 2, clipNorm: 1 }).forEach((x, i) =>
    expect(x).toBeCloseTo([-2, 0.5, 2][i]! / norm, 6),
  );
});
