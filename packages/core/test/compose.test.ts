import {
  add,
  cast,
  checkpoint,
  cholesky,
  customGradient,
  full,
  gradient,
  identityMatrix,
  jacobian,
  jit,
  matmul,
  mean,
  mul,
  scan,
  sum,
  tanh,
  tensor,
  triangularSolve,
  vectorize,
  zeros,
  type Tensor,
} from "@nn/core";
import { describe, expect, it } from "vitest";

import { backends } from "./backends.ts";
import { expectClose, expectGradients, expectVectorized, random, values } from "./check.ts";

describe.each(backends)("transforms of transforms on $kind", (backend) => {
  it("a gradient of one's own survives two batches", () => {
    const tripled = customGradient(
      (x: Tensor) => mul(x, x),
      ([x], _, g) => [mul(g, mul(x, 3))],
    );
    const slope = (x: Tensor): Tensor => gradient((y: Tensor) => sum(tripled(y)))(x);
    const x = random(backend, [2, 3, 4]);
    expectClose(
      values(vectorize(vectorize(slope))(x)),
      values(x).map((v) => 3 * v),
    );
  });

  it("the Jacobian of an inverse is differentiable", () => {
    const inverse = (x: Tensor): Tensor => {
      const l = cholesky(add(matmul(x, x, { transposeA: true }), identityMatrix(2, "f64")));
      return triangularSolve(l, identityMatrix(2, "f64"));
    };
    expectGradients((x) => jacobian(inverse)(x!), [random(backend, [3, 2])], 1);
  });

  it("loops over batches of loops have gradients and batches", () => {
    const inner = (h: Tensor, row: Tensor): Tensor =>
      scan(
        (s: Tensor, x: Tensor): [Tensor, []] => [tanh(add(mul(s, h), x)), []],
        zeros([], "f64"),
        row,
      )[0];
    const outer = (h: Tensor, all: Tensor): Tensor => {
      const [last, stacked] = scan(
        (state: Tensor, rows: Tensor) => {
          const results = vectorize((row: Tensor) => inner(state, row))(rows);
          return [add(state, mean(results)), results];
        },
        h,
        all,
      );
      return add(stacked, last);
    };
    const inputs = [random(backend, []), random(backend, [2, 3, 2], 4)];
    expectGradients((h, all) => outer(h!, all!), inputs);
    expectVectorized((h, all) => outer(h!, all!), inputs);
  });

  it("a checkpoint in a checkpoint is differentiated twice, batched or not", () => {
    const fn = checkpoint((x: Tensor) => checkpoint((y: Tensor) => tanh(matmul(y, y)))(mul(x, x)));
    const x = random(backend, [2, 2]);
    expectGradients((a) => fn(a!), [x]);
    expectVectorized((a) => gradient((b: Tensor) => sum(mul(fn(b), b)))(a!), [x]);
  });

  it("results may be arguments, constants and each other", () => {
    const fn = jit((x: Tensor) => [x, x, full([2], 3), mul(x, 1)]);
    const results = fn(tensor(backend, [1, 2])) as Tensor[];
    expect(results.map(values)).toEqual([
      [1, 2],
      [1, 2],
      [3, 3],
      [1, 2],
    ]);
    results[0]!.dispose();
    expect(values(results[1]!)).toEqual([1, 2]);
    const [, same] = vectorize((x: Tensor) => [x, full([2], 5)])(
      tensor(backend, [1, 2, 3]),
    ) as Tensor[];
    expect(values(same!)).toEqual([5, 5, 5, 5, 5, 5]);
  });

  it("a loop may swap its carries, or forget them", () => {
    const x = tensor(backend, [1, 2, 3]);
    const [swapped] = scan(
      ({ a, b }: { a: Tensor; b: Tensor }): [{ a: Tensor; b: Tensor }, []] => [{ a: b, b: a }, []],
      { a: full([], 1), b: full([], 2) },
      x,
    );
    expect([swapped.a, swapped.b].flatMap(values)).toEqual([2, 1]);
    const forget = (rows: Tensor): Tensor => {
      const [last, ones] = scan(
        (): [Tensor, Tensor] => [full([], 7), full([2], 1)],
        zeros([]),
        rows,
      );
      return add(ones, last);
    };
    expect(values(forget(x))).toEqual([8, 8, 8, 8, 8, 8]);
    expectVectorized((rows) => forget(rows!), [x]);
  });

  it("integers wrap, saturate and divide as the numerics page says", () => {
    const integers = tensor(backend, [2147483647, -2147483648, -7, 300], { dtype: "i32" });
    expect(values(add(integers, 1))).toEqual([-2147483648, -2147483647, -6, 301]);
    expect(values(mul(integers, integers))).toEqual([1, 0, 49, 90000]);
    expect(values(cast(integers, "u8"))).toEqual([255, 0, 249, 44]);
    expect(values(cast(tensor(backend, [3e9, -3e9, NaN, -1.9]), "i32"))).toEqual([
      2147483647, -2147483648, 0, -1,
    ]);
    expect(values(cast(tensor(backend, [300, -1, NaN, 1.9]), "u8"))).toEqual([255, 0, 0, 1]);
  });
});
