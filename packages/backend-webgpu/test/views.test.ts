import {
  add,
  broadcastTo,
  gather,
  iota,
  matmul,
  mul,
  reshape,
  trace,
  transpose,
  zeros,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { compileProgram, type Compiled } from "../src/compile/index.ts";

/** Compiles a product of [rows, 12] and [12, 40], and counts those that are left to recorded kernels. */
function compiled(
  left: (x: Tensor) => Tensor,
  shape: readonly number[],
): Compiled & { recorded: number } {
  let recorded = 0;
  const record = () => {
    recorded++;
    return { code: "", table: new Int32Array(4), workgroups: [1, 1, 1] as const };
  };
  const program = trace(
    (x: Tensor, y: Tensor) => matmul(left(x), y),
    zeros(shape),
    zeros([12, 40]),
  );
  const limits = { segment: 2 ** 24, buffers: 10, long: Infinity, products: { from: 1, record } };
  return { ...compileProgram(program, limits), recorded };
}

/** Windows of three rows, as a convolution has them: three times as many elements as there are. */
function windows(x: Tensor): Tensor {
  const cells = add(reshape(iota(98), [98, 1]), iota(3));
  return reshape(gather(x, cells, 0), [98, 12]);
}

test("windows are read where they lie, also by products that are large", () => {
  const { recorded, words } = compiled(windows, [100, 4]);
  expect(recorded).toBe(0);
  expect(words).toBe(0);
  // What they are made of is written once.
  const scaled = compiled((x) => windows(mul(x, 2)), [100, 4]);
  expect(scaled.recorded).toBe(0);
  expect(scaled.words).toBeLessThan(98 * 12);
  expect(compiled((x) => broadcastTo(x, [50, 12]), [1, 12]).recorded).toBe(0);
});

test("what is only in another shape or order is written for recorded kernels", () => {
  expect(compiled((x) => x, [100, 12]).recorded).toBe(1);
  expect(compiled((x) => reshape(x, [100, 12]), [300, 4]).recorded).toBe(1);
  expect(compiled((x) => transpose(x), [12, 100]).recorded).toBe(1);
  expect(compiled((x) => gather(x, iota(50)), [100, 12]).recorded).toBe(1);
});
