import {
  add,
  cholesky,
  cumulativeSum,
  gradient,
  identityMatrix,
  matmul,
  mul,
  slice,
  sum,
  tensor,
  trace,
  triangularSolve,
  zeros,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";

import { backends } from "./backends.ts";
import {
  expectClose,
  expectGradients,
  expectVectorized,
  numbers,
  random,
  values,
} from "./check.ts";

describe.each(backends)("on $kind", (backend) => {
  /** A positive definite matrix for each of the leading axes. */
  function definite(shape: readonly number[], seed = 1): Tensor {
    const x = random(backend, shape, seed);
    return add(matmul(x, x, { transposeB: true }), identityMatrix(shape.at(-1)!, "f64"));
  }

  /** With another upper triangle, which nobody may read. */
  function spoilt(a: Tensor): Tensor {
    const n = a.shape.at(-1)!;
    const data = a.readSync();
    data.forEach((_, at) => {
      if (at % n > Math.floor(at / n) % n) data[at] = NaN;
    });
    return tensor(backend, data, { shape: a.shape });
  }

  describe("cholesky", () => {
    test("gives the published factor of the classic example", () => {
      // https://en.wikipedia.org/wiki/Cholesky_decomposition#Example
      const a = tensor(
        backend,
        [
          [4, 12, -16],
          [12, 37, -43],
          [-16, -43, 98],
        ],
        { dtype: "f64" },
      );
      expect(values(cholesky(a))).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
    });

    test("times its transpose is the matrix, for all leading axes, and never reads the upper triangle", () => {
      for (const shape of [
        [1, 1],
        [5, 5],
        [2, 3, 4, 4],
        [0, 3, 3],
        [0, 0],
      ]) {
        const a = definite(shape);
        const l = cholesky(spoilt(a));
        expect(l.shape).toEqual(shape);
        expectClose(values(matmul(l, l, { transposeB: true })), values(a));
      }
    });

    test("has NaN in it where the matrix is not positive definite, and only there", () => {
      const l = values(
        cholesky(
          tensor(backend, [
            [
              [1, 0],
              [0, 4],
            ],
            [
              [1, 2],
              [2, 4],
            ],
            [
              [-1, 0],
              [0, 1],
            ],
            [
              [0, 0],
              [0, 0],
            ],
          ]),
        ),
      );
      expect(l).toEqual([1, 0, 0, 2, 1, 0, 2, NaN, NaN, 0, NaN, NaN, NaN, 0, NaN, NaN]);
    });

    test("has the first and second derivatives of central differences, of the lower triangle", () => {
      for (const shape of [
        [3, 3],
        [2, 2, 2],
      ]) {
        const a = definite(shape, 2);
        expectGradients(cholesky, [a]);
        const upper = gradient((b: Tensor) => sum(mul(cholesky(b), random(backend, shape, 3))))(a);
        const n = shape.at(-1)!;
        expect(
          values(upper)
            .filter((_, at) => at % n > Math.floor(at / n) % n)
            .every((x) => x === 0),
        ).toBe(true);
      }
    });

    test("equals a loop when vectorized", () => {
      expectVectorized(
        (x) => cholesky(add(matmul(x, x, { transposeB: true }), identityMatrix(3, "f64"))),
        [random(backend, [3, 3])],
      );
    });

    test("has a program that does not grow with the matrix", () => {
      const length = (n: number): number =>
        trace(
          gradient((a: Tensor) => sum(cholesky(a))),
          zeros([n, n]),
        ).operations.length;
      expect(length(50)).toBe(length(3));
    });

    test("says what it takes", () => {
      expect(() => cholesky(zeros([2, 3]))).toThrow(
        "cholesky: expected square matrices, got f32[2,3]",
      );
      expect(() => cholesky(zeros([2, 2], "i32"))).toThrow("got i32[2,2]");
      expect(() => cholesky(zeros([2]))).toThrow("got f32[2]");
    });
  });

  describe("triangularSolve", () => {
    for (const transpose of [false, true]) {
      const name = transpose ? "LᵀX = B" : "LX = B";

      test(`solves ${name} for all leading axes, and never reads the upper triangle`, () => {
        for (const [leading, n, columns] of [
          [[], 1, 1],
          [[], 5, 2],
          [[2, 3], 3, 4],
          [[0], 2, 1],
          [[], 0, 2],
          [[2], 3, 0],
        ] as const) {
          const l = cholesky(definite([...leading, n, n]));
          const b = random(backend, [...leading, n, columns], 7);
          const x = triangularSolve(spoilt(l), b, { transpose });
          expect(x.shape).toEqual(b.shape);
          expectClose(values(matmul(l, x, { transposeA: transpose })), values(b));
        }
      });

      test(`has the derivatives of central differences for ${name}`, () => {
        const l = add(random(backend, [3, 3], 2), mul(identityMatrix(3, "f64"), 2));
        expectGradients(
          (a, b) => triangularSolve(a, b, { transpose }),
          [l, random(backend, [3, 2], 3)],
        );
      });

      test(`equals a loop when vectorized for ${name}`, () => {
        expectVectorized(
          (a, b) => triangularSolve(add(a, mul(identityMatrix(3, "f64"), 2)), b, { transpose }),
          [random(backend, [3, 3]), random(backend, [3, 2])],
        );
      });
    }

    test("keeps a NaN of one column out of the others", () => {
      const l = tensor(backend, [
        [1, 0],
        [1, 1],
      ]);
      expect(
        values(
          triangularSolve(
            l,
            tensor(backend, [
              [NaN, 1],
              [1, 3],
            ]),
          ),
        ),
      ).toEqual([NaN, 1, NaN, 2]);
      expect(values(triangularSolve(l, tensor(backend, [[1], [NaN]])))).toEqual([1, NaN]);
    });

    test("with cholesky solves the normal equations, differentiably", () => {
      expectGradients(
        (a, b) => {
          const l = cholesky(add(matmul(a, a, { transposeA: true }), identityMatrix(2, "f64")));
          return triangularSolve(l, triangularSolve(l, matmul(a, b, { transposeA: true })), {
            transpose: true,
          });
        },
        [random(backend, [4, 2], 5), random(backend, [4, 1], 6)],
      );
    });

    test("says what it takes", () => {
      expect(() => triangularSolve(zeros([3, 3]), zeros([3]))).toThrow(
        "triangularSolve: expected a right-hand side f32[3,columns], got f32[3,3] and f32[3]",
      );
      expect(() => triangularSolve(zeros([3, 3]), zeros([2, 1]))).toThrow("and f32[2,1]");
      expect(() => triangularSolve(zeros([3, 2]), zeros([3, 1]))).toThrow(
        "expected square matrices",
      );
    });
  });

  describe("cumulativeSum", () => {
    test("adds up along an axis, of any length", () => {
      for (const length of [0, 1, 2, 3, 8, 13]) {
        const x = numbers(length * 2);
        const actual = cumulativeSum(
          tensor(backend, Float64Array.from(x), { shape: [length, 2] }),
          0,
        );
        const totals = [0, 0];
        expectClose(
          values(actual),
          x.map((value, i) => (totals[i % 2]! += value)),
        );
      }
    });

    test("keeps NaN and infinities out of the sums before them", () => {
      expect(values(cumulativeSum(tensor(backend, [1, 2, Infinity, 1, NaN])))).toEqual([
        1,
        3,
        Infinity,
        Infinity,
        NaN,
      ]);
    });

    test("has derivatives and a batching rule", () => {
      expectGradients((x) => cumulativeSum(mul(x, x), 1), [random(backend, [2, 5])]);
      expectVectorized((x) => cumulativeSum(x, 0), [random(backend, [3, 2])]);
    });

    test("names an axis that is not there", () => {
      expect(() => cumulativeSum(zeros([2]), 1)).toThrow(
        "cumulativeSum: expected an axis from -1 to 0 of [2], got 1",
      );
      expect(slice(cumulativeSum(zeros([2])), [0], [1]).shape).toEqual([1]);
    });
  });
});
