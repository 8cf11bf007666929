import { add, jit, matmul, mul, tensor, trace, zeros, type Backend, type Tensor } from "@nn/core";
import { describe, expect, test } from "vitest";
import { wasm } from "../src/index.ts";
import { compileProgram } from "../src/compile/index.ts";

type Turned = { transposeA: boolean; transposeB: boolean };

/** A matrix times its transpose plus the row of each element: not symmetric any more, so that no half can stand in. */
function compute(
  backend: Backend,
  dtype: "f32" | "f64",
  size: number,
  inner: number,
  turned: Turned,
) {
  const shape = turned.transposeA ? [inner, size] : [size, inner];
  const whole = Float64Array.from({ length: size * inner }, (_, i) => ((i * 7919) % 13) - 6);
  const x = tensor(backend, whole, { shape, dtype });
  const rows = tensor(
    backend,
    Float64Array.from({ length: size }, (_, i) => i),
    { shape: [size, 1], dtype },
  );
  const run = jit((m: Tensor, r: Tensor) => add(mul(matmul(m, m, turned), 2), r));
  const at = (i: number, k: number): number =>
    turned.transposeA ? whole[k * size + i]! : whole[i * inner + k]!;
  const result = run(x, rows).readSync();
  const wrong: string[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += at(i, k) * at(j, k);
      if (result[i * size + j] !== 2 * sum + i) wrong.push(`${i}, ${j}`);
    }
  return wrong;
}

describe("a matrix times its own transpose", () => {
  for (const [dtype, size, inner] of [
    ["f32", 192, 32],
    ["f32", 197, 40],
    ["f64", 203, 33],
    ["f64", 290, 50],
  ] as const)
    for (const transposeA of [true, false])
      for (const threads of [1, 2])
        test(`${dtype}, ${size} × ${inner}${transposeA ? ", turned first" : ""}, ${threads} threads`, () => {
          const turned = { transposeA, transposeB: !transposeA };
          expect(compute(wasm({ threads }), dtype, size, inner, turned)).toEqual([]);
        });

  test("is computed on one side of the diagonal only", () => {
    const costOf = (program: ReturnType<typeof trace>): number => {
      const { profiled } = compileProgram(program, {
        target: { relaxed: false, wide: false },
        memory: { shared: false, maximum: 65536 },
        threads: 1,
        profiled: true,
      });
      return profiled!.steps.reduce(
        (sum, step) => sum + (step.kind === "stage" ? step.stage.cost : 0),
        0,
      );
    };
    const x = zeros([500, 681], "f64");
    const own = trace((a: Tensor) => matmul(a, a, { transposeA: true }), x);
    const other = trace((a: Tensor, b: Tensor) => matmul(a, b, { transposeA: true }), x, x);
    expect(costOf(own)).toBeLessThan(0.75 * costOf(other));
  });
});
