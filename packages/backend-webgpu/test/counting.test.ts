import { add, lower, reshape, sum, trace, zeros, type Tensor } from "@nn/core";
import { expect, test } from "vitest";
import { graphOf } from "../src/compile/graph/graph-of.ts";
import { compileProgram } from "../src/compile/index.ts";
import { isSupported } from "../src/compile/supported.ts";

/** Sums of all pairs, of which nothing is stored: 2³² elements. */
function pairs(x: Tensor): Tensor {
  return add(reshape(x, [65_536, 1]), x);
}

const limits = { segment: 2 ** 28, buffers: 10, long: Infinity };

test("no reduction counts more elements than i32 does", () => {
  const program = trace((x: Tensor) => sum(pairs(x)), zeros([65_536]));
  const { values } = graphOf(lower(program, isSupported), () => false).top;
  const lengths = values.map(({ params }) => params["length"]).filter((length) => length);
  expect(Math.max(...(lengths as number[]))).toBeLessThan(2 ** 30);
  const [last] = values.at(-1)!.inputs;
  expect([last!.op, last!.shape]).toEqual(["sum", []]);
  expect(compileProgram(program, limits).kernels.length).toBeGreaterThan(1);
});

test("elements that i32 does not count are refused", () => {
  const program = trace((x: Tensor) => sum(reshape(pairs(x), [2, 2 ** 31]), 1), zeros([65_536]));
  expect(() => compileProgram(program, limits)).toThrow(
    "webgpu: elements of [2,2147483648] are counted, more than there are i32; use smaller batches",
  );
});
