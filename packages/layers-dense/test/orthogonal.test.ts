import { type DType, jit, type Tensor, tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { orthogonal } from "../src/index.ts";
import { backend } from "./support.ts";

/** Draws by seed: the rows of a matrix, in which the axes before the last are one. */
function drawer(shape: readonly number[], dtype: DType = "f64", gain = 1): Draw {
  const initializer = orthogonal({ gain });
  const run = jit((key: Tensor) => initializer.initialize(key, shape, dtype));
  const columns = shape.at(-1)!;
  return (seed) => {
    const values = run(tensor(backend, [seed, 2], { dtype: "i32" })).readSync();
    return Array.from({ length: values.length / columns }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns)),
    );
  };
}

type Draw = (seed: number) => number[][];

function draw(shape: readonly number[], dtype?: DType, gain?: number): number[][] {
  return drawer(shape, dtype, gain)(1);
}

function transposed(rows: number[][]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

/** How far products of rows are from those of orthonormal ones. */
function errorOf(rows: number[][]): number {
  const product = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  return Math.max(
    ...rows.flatMap((a, i) => rows.map((b, j) => Math.abs(product(a, b) - Number(i === j)))),
  );
}

describe.each([
  ["f32", 1e-5],
  ["f64", 1e-12],
] as const)("orthogonal in %s", (dtype, tolerance) => {
  it("has orthonormal rows, columns, or both", () => {
    expect(errorOf(draw([20, 50], dtype))).toBeLessThan(tolerance);
    expect(errorOf(transposed(draw([50, 20], dtype)))).toBeLessThan(tolerance);
    const square = draw([64, 64], dtype);
    expect(errorOf(square)).toBeLessThan(tolerance);
    expect(errorOf(transposed(square))).toBeLessThan(tolerance);
  });
});

describe("orthogonal", () => {
  it("takes all axes but the last for rows", () => {
    expect(errorOf(transposed(draw([3, 3, 2, 8])))).toBeLessThan(1e-12);
    expect(errorOf(draw([2, 2, 30]))).toBeLessThan(1e-12);
    expect(errorOf(draw([7]))).toBeLessThan(1e-12);
  });

  it("is scaled by its gain", () => {
    const halves = draw([4, 6], "f64", 2).map((row) => row.map((x) => x / 2));
    expect(halves).toEqual(draw([4, 6]));
  });

  it("prefers no direction", () => {
    // Each element of a random rotation has mean 0 and mean square 1/3; 2,000 draws, four standard errors.
    const one = drawer([3, 3]);
    const draws = Array.from({ length: 2000 }, (_, seed) => one(seed).flat());
    for (let i = 0; i < 9; i++) {
      const mean = draws.reduce((sum, q) => sum + q[i]!, 0) / 2000;
      const square = draws.reduce((sum, q) => sum + q[i]! ** 2, 0) / 2000;
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 3 / 2000));
      expect(Math.abs(square - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / 2000));
    }
  });

  it("turns as often as it mirrors", () => {
    const one = drawer([2, 2]);
    let turns = 0;
    for (let seed = 0; seed < 400; seed++) {
      const [a, b] = one(seed) as [[number, number], [number, number]];
      turns += Number(a[0] * b[1] - a[1] * b[0] > 0);
    }
    expect(Math.abs(turns - 200)).toBeLessThan(40);
  });

  it("refuses a gain that is no number", () => {
    expect(() => orthogonal({ gain: Number.NaN })).toThrow(
      "orthogonal: gain must be a finite number, got NaN",
    );
  });
});
