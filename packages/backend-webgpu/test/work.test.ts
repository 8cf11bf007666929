import {
  argMax,
  cast,
  exp,
  matmul,
  mul,
  ones,
  scatterAdd,
  sum,
  trace,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";
import { divide, partsFrom } from "../src/compile/division.ts";
import { compileProgram } from "../src/compile/index.ts";

/** What a program is taken to cost, with operands of these shapes. */
function workOf(fn: (...args: Tensor[]) => Tensor, ...shapes: readonly number[][]): number {
  const program = trace(fn, ...shapes.map((shape) => ones(shape)));
  const { kernels } = compileProgram(program, { segment: 2 ** 28, buffers: 8, long: Infinity });
  return kernels.reduce((total, { work }) => total + work, 0);
}

describe("the work of a kernel", () => {
  test.each<[string, number, (...args: Tensor[]) => Tensor, ...number[][]]>([
    ["a product", 300 * 400 * 500, (a, b) => matmul(a!, b!), [300, 400], [400, 500]],
    ["a stack of them", 7 * 300 ** 3, (a, b) => matmul(a!, b!), [7, 300, 300], [7, 300, 300]],
    ["one with more to it", 300 ** 3, (a, b) => exp(matmul(a!, b!)), [300, 300], [300, 300]],
    ["one in parts", 8 * 8 * 1e5, (a, b) => matmul(a!, b!), [8, 100_000], [100_000, 8]],
    [
      "additions to rows",
      100 * 16 * 5000,
      (x, at, y) => scatterAdd(x!, cast(mul(at!, 2), "i32"), y!),
      [100, 16],
      [5000],
      [5000, 16],
    ],
    ["a sum of all", 1e6, (x) => sum(x!), [1000, 1000]],
    ["sums of columns", 8e6, (x) => sum(x!, 0), [1000, 8000]],
    ["the largest of rows", 1e6, (x) => argMax(x!, 1), [5000, 200]],
    ["exponentials", 1e6, (x) => exp(x!), [1000, 1000]],
  ])("%s: between twice and fifty times as many operations as terms", (_, terms, fn, ...shapes) => {
    const work = workOf(fn, ...shapes);
    expect(work).toBeGreaterThan(2 * terms);
    expect(work).toBeLessThan(50 * terms);
  });

  test("what several results have in common is computed once, what is read again and again each time", () => {
    const shared = workOf((x) => exp(mul(exp(x!), exp(x!))), [100_000]);
    expect(shared).toBeLessThan(1.7 * workOf((x) => exp(exp(x!)), [100_000]));
    const few = workOf((x, y) => mul(exp(x!), y!), [100], [1000, 100]);
    expect(few).toBeGreaterThan(workOf((x, y) => mul(x!, y!), [100], [1000, 100]));
  });

  test("work on nothing is none", () => {
    expect(workOf((x) => sum(exp(x!), 0), [0, 5])).toBeLessThan(1e6);
  });
});

describe("division", () => {
  const groups = [
    { workgroups: 1, work: 50 },
    { workgroups: 1000, work: 1000 },
    { workgroups: 3, work: 950 },
  ];

  test("parts have all of the work, those with more to do more of it", () => {
    const { work, workgroups } = divide(groups, 100)!;
    expect(work).toHaveLength(Math.ceil(1004 / workgroups));
    expect(work.reduce((sum, part) => sum + part)).toBeCloseTo(2000);
    expect(work[0]).toBeCloseTo(50 + workgroups - 1);
    expect(work.at(-1)).toBeGreaterThan(300);
  });

  test("what is not long, or one workgroup, stays whole", () => {
    expect(divide(groups, 2000)).toBeUndefined();
    expect(divide([{ workgroups: 1, work: 1e9 }], 1)).toBeUndefined();
  });

  test("as many parts are dispatched at once as there is room for, at least one, and all in the end", () => {
    const division = divide(groups, 100)!;
    const seen: number[] = [];
    for (let first = 0; first < division.work.length;) {
      const { end, work, workgroups } = partsFrom(division, first, 60);
      expect(end).toBeGreaterThan(first);
      expect(workgroups).toBe((end - first) * division.workgroups);
      if (end > first + 1) expect(work).toBeLessThanOrEqual(60);
      seen.push(work);
      first = end;
    }
    expect(seen.reduce((sum, part) => sum + part)).toBeCloseTo(2000);
    expect(partsFrom(division, 0, Infinity).end).toBe(division.work.length);
  });

  test("no dispatch has more workgroups than a device takes", () => {
    const many = divide([{ workgroups: 3_000_000, work: 3e6 }], 1.5e6)!;
    expect(many.workgroups).toBeLessThanOrEqual(65_535);
    expect(partsFrom(many, 0, Infinity).workgroups).toBeLessThanOrEqual(65_535);
  });
});
