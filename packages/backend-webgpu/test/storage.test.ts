import {
  add,
  cast,
  clip,
  concatenate,
  equal,
  floor,
  gather,
  identityMatrix,
  iota,
  jit,
  less,
  lessEqual,
  log,
  matmul,
  max,
  mul,
  ones,
  pad,
  relu,
  reverse,
  scan,
  scatterAdd,
  select,
  sliceAxis,
  square,
  sub,
  sum,
  tensor,
  trace,
  transpose,
  uniform,
  zeros,
  type Tensor,
} from "@nn/core";
import { describe, expect, test } from "vitest";
import { compileProgram } from "../src/compile/index.ts";
import { openBoth, resultsOf } from "./both.ts";
import { roundToHalf } from "./half-floats.ts";

const { halved, exact, both } = await openBoth();

/** The same values, stored for a product and returned by it. */
function stored(x: Tensor): Tensor {
  return matmul(x, identityMatrix(x.shape.at(-1)!));
}

describe("rounding", () => {
  test.each([
    ["even sizes", [32, 36]],
    ["odd sizes", [35, 37]],
    ["as few as are rounded", [32, 32]],
    ["more than one workgroup in a row", [130, 66]],
  ])("elements that a product reads are rounded to halves: %s", async (_, shape) => {
    const [[got], [want]] = await both((x) => [stored(mul(x, 1.2345))], shape);
    expect(got).toEqual(want!.map(roundToHalf));
    expect(got).not.toEqual(want);
  });

  test("fewer elements stay exact, and so does what a product cannot store in pairs", async () => {
    const [few, fewExact] = await both((x) => [stored(mul(x, 1.2345))], [31, 33]);
    expect(few).toEqual(fewExact);
    const odd = await both((x, w) => [stored(mul(matmul(x, w), 1.2345))], [60, 5], [5, 33]);
    expect(odd[0]).toEqual(odd[1]);
  });

  test("what is compared for equality stays exact, since the other side may be", async () => {
    const fn = (x: Tensor): Tensor[] => {
      const y = mul(x, 0.37);
      const near = clip(y, -4, 4);
      return [select(equal(near, y), stored(near), NaN)];
    };
    const [got, want] = await both(fn, [40, 40]);
    expect(got).toEqual(want);
  });

  test.each([
    ["one row of tiles", [40, 6], [6, 34]],
    ["tiles that are not full", [67, 5], [5, 46]],
    ["a stack of matrices", [3, 20, 6], [3, 6, 22]],
    ["larger tiles", [130, 3], [3, 130]],
    ["two columns", [1030, 3], [3, 2]],
  ])("results of products and what is made of them: %s", async (_, ...shapes) => {
    // Everything that reads a value sees it rounded, also where it is still in a register.
    const fn = (a: Tensor, b: Tensor): Tensor[] => {
      const y = matmul(a, b);
      return [stored(y), mul(y, 2), stored(relu(sub(y, 0.3)))];
    };
    const [got] = await both(fn, ...shapes);
    const [y] = await resultsOf(exact, (a, b) => [matmul(a, b)], shapes);
    const rounded = y!.map(roundToHalf);
    expect(got[0]).toEqual(rounded);
    expect(got[1]).toEqual(rounded.map((x) => 2 * x));
    expect(got[2]).toEqual(
      rounded.map((x) => roundToHalf(Math.max(0, Math.fround(x - Math.fround(0.3))))),
    );
  });

  test("halves are found wherever they are read from", async () => {
    const places = (y: Tensor): Tensor[] => [
      mul(transpose(y), 2),
      mul(pad(y, [1, 0], [2, 3]), 2),
      mul(reverse(sliceAxis(y, 1, 3, 30), [0]), 2),
      mul(gather(y, add(iota(7), 5), 1), 2),
      mul(concatenate([y, y], 0), 2),
      max(y, 1),
      sum(y, 0),
      sum(y),
      scatterAdd(zeros([4, 34]), mul(iota(33), 0), y),
    ];
    const shapes = [
      [33, 3],
      [3, 34],
    ];
    const got = await resultsOf(halved, (a, b) => places(matmul(a, b)), shapes);
    const [y] = await resultsOf(exact, (a, b) => [matmul(a, b)], shapes);
    const rounded = tensor(exact, y!.map(roundToHalf), { shape: [33, 34] });
    const want = await Promise.all(jit(places)(rounded).map((one) => one.read()));
    got.forEach((values, i) => expect(values, `result ${i}`).toEqual(want[i]));
  });

  test("beyond the range are infinities, below it are denormals and 0, and NaN stays NaN", async () => {
    const data = new Float32Array(1024).fill(1);
    data.set([65_519, 65_520, -1e9, Infinity, NaN, 2e-8, 4e-8, -1e-6, 70_000, -65_504]);
    const x = tensor(
      halved,
      data.map((value) => value / 2),
      { shape: [512, 2] },
    );
    const results = jit((x: Tensor) => {
      const y = mul(x, 2);
      return [matmul(y, x, { transposeA: true }), add(y, 1), mul(reverse(y, [0, 1]), 2)];
    })(x);
    const [, same, moved] = results as [Tensor, Tensor, Tensor];
    const rounded = data.map(roundToHalf);
    expect(await same.read()).toEqual(rounded.map((value) => value + 1));
    expect(await moved.read()).toEqual(rounded.map((value) => value * 2).toReversed());
  });
});

describe("what stays exact", () => {
  test("results, carries, slices and what is stacked, also where they are moved", async () => {
    const [got, want] = await both(
      (x) => {
        const y = mul(x, 1.2345);
        const step = (c: Tensor, row: Tensor): [Tensor, Tensor] => [
          mul(add(reverse(c, [0]), row), 0.99),
          mul(transpose(c), 1.01),
        ];
        const [last, all] = scan(step, y, y);
        return [y, reverse(y, [1]), last, all];
      },
      [40, 40],
    );
    expect(got).toEqual(want);
  });

  test("long sums, and products with a long inner axis", async () => {
    const [got, want] = await both(
      (x, y) => [sum(x), sum(square(x), 0), matmul(x, y, { transposeA: true })],
      [1500, 40],
      [1500, 30],
    );
    expect(got).toEqual(want);
  });

  test("random numbers stay below 1, also where they are moved and used again", async () => {
    const fn = (key: Tensor): Tensor[] => {
      const drawn = uniform(key, [64, 64]);
      return [max(drawn), sum(log(sub(1, reverse(drawn, [0])))), stored(drawn)];
    };
    const key = tensor(halved, [1, 2], { shape: [2], dtype: "i32" });
    const [largest, logarithms] = jit(fn)(key) as [Tensor, Tensor, Tensor];
    expect((await largest.read())[0]).toBeLessThan(1);
    expect((await logarithms.read())[0]).toBeGreaterThan(-5000);
  });

  test("floats that become integers, as indices may, and what they are made of", async () => {
    const [got, want] = await both(
      (x) => {
        const scaled = mul(x, 1234.5);
        const indices = cast(floor(scaled), "i32");
        return [max(indices), sum(indices), reverse(indices, [0]), max(scaled)];
      },
      [40, 40],
    );
    expect(got).toEqual(want);
  });

  test("the largest of a row is in it, whatever the row is made of", async () => {
    const fn = (x: Tensor): Tensor[] => {
      const largest = max(mul(x, 1.2345), 1, { keepDims: true });
      return [sum(cast(lessEqual(largest, mul(x, 1.2345)), "i32"), 1), stored(largest)];
    };
    const [[got], [want]] = await both(fn, [2048, 8]);
    expect(got).toEqual(want);
    expect(Math.min(...got!)).toBeGreaterThan(0);
  });
});

test("indices wrap around as i32 does, also where two elements share a word", async () => {
  const fn = (x: Tensor, i: Tensor): Tensor[] => {
    const y = mul(x, 2);
    const picked = sliceAxis(gather(y, mul(i, 2)), 1, 4, 5);
    return [mul(picked, 2), matmul(y, ones([35, 1])), matmul(relu(y), ones([35, 1]))];
  };
  const data = Float32Array.from({ length: 2100 }, (_, i) => i % 500);
  const x = tensor(halved, data, { shape: [60, 35] });
  const indices = [0, 1, 20].map((i) => -(2 ** 31) + i);
  const [got] = jit(fn)(x, tensor(halved, indices, { shape: [3], dtype: "i32" })) as Tensor[];
  expect([...(await got!.read())]).toEqual([0, 2, 40].map((row) => 4 * data[35 * row + 4]!));
});

test("long chains of values that have to be exact are no trouble", () => {
  const fn = (x: Tensor): Tensor => {
    let y = x;
    for (let i = 0; i < 3000; i++) y = select(less(y, i % 7), reverse(y, [0]), x);
    return y;
  };
  const limits = { segment: 2 ** 20, buffers: 10, long: Infinity, storage: "f16" } as const;
  expect(compileProgram(trace(fn, zeros([5])), limits).kernels.length).toBeGreaterThan(1);
});
