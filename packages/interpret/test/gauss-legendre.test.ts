import { expect, it } from "vitest";
import { gaussLegendre } from "../src/attribution/gauss-legendre.ts";

it("integrates polynomials up to degree 2n - 1 exactly", () => {
  for (const count of [1, 2, 3, 8, 33, 100]) {
    const { points, weights } = gaussLegendre(count);
    expect(points).toHaveLength(count);
    expect(points.every((point, i) => point > (points[i - 1] ?? 0) && point < 1)).toBe(true);
    for (const degree of [0, 1, count, 2 * count - 1]) {
      const integral = points.reduce((total, point, i) => total + weights[i]! * point ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 13);
    }
  }
});

it("has the points and weights that are known for three", () => {
  const { points, weights } = gaussLegendre(3);
  const far = Math.sqrt(3 / 5) / 2;
  [0.5 - far, 0.5, 0.5 + far].forEach((point, i) => expect(points[i]).toBeCloseTo(point, 14));
  [5 / 18, 8 / 18, 5 / 18].forEach((weight, i) => expect(weights[i]).toBeCloseTo(weight, 14));
});
