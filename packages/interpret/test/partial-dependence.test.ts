import { add, cast, gather, mul, reshape, sin, square, sum, tensor, type Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import { type PartialDependence, partialDependence, type Predict } from "../src/index.ts";
import { backend, column, modelOf, prices, priceOf, someRows } from "./support.ts";

const inputs = someRows(150, 5);
const names = ["a", "b", "c", "d", "e"];
const options = { model: prices, inputs, names, backend };

function expectClose(values: readonly number[], expected: readonly number[], digits = 5): void {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
}

function meanOf(at: (row: readonly number[]) => number): number {
  return inputs.reduce((total, row) => total + at(row), 0) / inputs.length;
}

describe("partialDependence", () => {
  it("gives back the parts of a sum, but for a constant", async () => {
    const model = modelOf((x: Tensor) => add(sin(mul(column(x, 0), 3)), square(column(x, 3))));
    for (const [feature, part] of [
      ["a", (x: number) => Math.sin(3 * x)],
      ["d", (x: number) => x * x],
    ] as const) {
      const { axes, average } = await partialDependence({ ...options, model, features: [feature] });
      const values = axes[0]!.values as number[];
      const offset = average[0]! - part(values[0]!);
      expectClose(
        average,
        values.map((x) => part(x) + offset),
      );
    }
  });

  it("averages over the rows as they are", async () => {
    const grid = [[-1, 0.25, 2]];
    const found = await partialDependence({ ...options, features: ["b"], grid });
    expect(found.axes).toEqual([{ name: "b", values: grid[0] }]);
    expect(found.rows).toBe(150);
    expectClose(
      found.average,
      grid[0]!.map((b) => meanOf(([a, , c, d]) => priceOf([a!, b, c!, d!]))),
    );
    expect(found.curves).toBeUndefined();
  });

  it("keeps the curve of every row where it is asked for", async () => {
    const grid = [[-1, 0, 1]];
    const shared = { ...options, features: [2], grid, curves: true };
    const found = await partialDependence({ ...shared, batchSize: 64 });
    expect(found.curves).toHaveLength(150);
    found.curves!.forEach((curve, row) => {
      const [a, b, , d] = inputs[row]!;
      expectClose(
        curve,
        grid[0]!.map((c) => priceOf([a!, b!, c, d!])),
      );
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("takes two features, whose values it combines", async () => {
    const grid = [
      [-1, 1],
      [0, 0.5, 2],
    ];
    const { axes, average } = await partialDependence({ ...options, features: ["c", "b"], grid });
    expect(axes.map(({ name }) => name)).toEqual(["c", "b"]);
    const expected = grid[0]!.flatMap((c) =>
      grid[1]!.map((b) => meanOf(([a, , , d]) => priceOf([a!, b, c, d!]))),
    );
    expectClose(average, expected);
  });

  it("tries quantiles, or all values where they are few", async () => {
    const table = Array.from({ length: 101 }, (_, i) => [i === 100 ? 1e6 : i, i % 3]);
    const model = modelOf((x: Tensor) => column(x, 0));
    const shared = { model, inputs: table, backend };
    const wide = await partialDependence({ ...shared, features: [0], grid: 5 });
    expect(wide.axes[0]!.values).toEqual([0, 25, 50, 75, 1e6]);
    const few = await partialDependence({ ...shared, features: [1] });
    expect(few.axes[0]!.values).toEqual([0, 1, 2]);
  });

  it("looks at some rows, which the seed draws", async () => {
    const some = await partialDependence({ ...options, features: [0], rows: 20, curves: true });
    expect(some.curves).toHaveLength(20);
    const again = await partialDependence({ ...options, features: [0], rows: 20, curves: true });
    expect(again).toEqual(some);
    const other = await partialDependence({ ...options, features: [0], rows: 20, seed: 1 });
    expect(other.axes).not.toEqual(some.axes);
    const listed = await partialDependence({
      ...options,
      features: [0],
      rows: [3, 1],
      grid: [[0]],
    });
    expectClose(listed.average, [
      ([3, 1].map((row) => priceOf([0, ...inputs[row]!.slice(1)])) as [number, number]).reduce(
        (x, y) => x + y,
      ) / 2,
    ]);
  });

  it("takes several inputs and one of several outputs", async () => {
    const zip = Int32Array.from({ length: 30 }, (_, row) => row % 3);
    const bytes = { data: Uint8Array.from({ length: 60 }, (_, i) => i), shape: [30, 2] };
    const model = modelOf(({ zip: codes, bytes: raw }: { zip: Tensor; bytes: Tensor }) => {
      const first = reshape(gather(tensor(backend, [5, 7, 9]), codes), [codes.size, 1]);
      return { price: first, total: sum(cast(raw, "f32"), 1) };
    });
    const shared = { model, inputs: { zip, bytes }, backend };
    const codes = await partialDependence({
      ...shared,
      features: ["zip"],
      output: ({ price }) => sum(price, 1),
    });
    expect(codes).toMatchObject({ axes: [{ name: "zip", values: [0, 1, 2] }], average: [5, 7, 9] });
    const total = await partialDependence({
      ...shared,
      features: ["bytes/1"],
      grid: [[0, 100]],
      output: (prediction) => prediction.total,
    });
    expectClose(total.average, [29, 129]);
    const two = modelOf((x: Tensor) => x);
    const second = { ...options, model: two, features: [1], grid: [[0.5]], output: 1 };
    expectClose((await partialDependence(second)).average, [0.5]);
  });

  it("takes functions of columns, also of words", async () => {
    const columns = {
      place: ["north", "south", "north", "east"],
      area: Float64Array.of(1, 2, 3, 4),
    };
    const prices: Record<string, number> = { north: 10, south: 20, east: 0 };
    const shared = {
      predict: ({ place, area }: { readonly [name: string]: ArrayLike<unknown> }) =>
        Array.from(place!, (each, row) => [prices[each as string]! + Number(area![row]), 1]),
      inputs: columns,
      output: 0,
    };
    const place = await partialDependence({ ...shared, features: ["place"], curves: true });
    expect(place).toEqual({
      axes: [{ name: "place", values: ["east", "north", "south"] }],
      rows: 4,
      average: [2.5, 12.5, 22.5],
      curves: [1, 2, 3, 4].map((area) => [area, area + 10, area + 20]),
    } satisfies PartialDependence);
    const both = await partialDependence({
      ...shared,
      features: ["area", "place"],
      grid: [[5], ["north", "south"]],
    });
    expect(both.average).toEqual([15, 25]);
  });

  it("tries each value once, dates by their times, and no missing ones", async () => {
    const day = (time: number): Date => new Date(time);
    const sold = [day(5), null, day(1), day(5), undefined, day(3)];
    const found = await partialDependence({
      predict: ({ sold: days }) => Array.from(days!, (each) => Number(each)),
      inputs: { sold },
      features: ["sold"],
    });
    expect(found.axes[0]!.values).toEqual([day(1), day(3), day(5)]);
    expect(found.average).toEqual([1, 3, 5]);
    const mixed = { predict: () => [0, 0, 0, 0], inputs: { x: ["b", 3, "a", 3] }, features: ["x"] };
    const values = (await partialDependence(mixed)).axes[0]!.values;
    expect(new Set(values)).toEqual(new Set(["a", "b", 3]));
    const none = { predict: () => [0], inputs: { x: [null] }, features: ["x"] };
    await expect(partialDependence(none)).rejects.toThrow("x: the column has no value to try");
  });

  it("refuses what an array of whole numbers cannot hold, and what is no prediction", async () => {
    const inputs = { rooms: Int32Array.of(1, 2, 3) };
    const shared = { inputs, features: ["rooms"], grid: [[2.5]] };
    const rooms: Predict = (columns) => Array.from(columns["rooms"]!, Number);
    await expect(partialDependence({ ...shared, predict: rooms })).rejects.toThrow(
      "grid of rooms: Int32Array cannot hold 2.5",
    );
    for (const [given, message] of [
      [[1, 2], "predict returned 2 rows of 2 numbers in all for 3 rows"],
      [[[1, 2, 3]], "predict returned 1 rows of 3 numbers"],
      [{ data: new Float32Array(3), shape: [1, 3] }, "predict returned 1 rows of 3 numbers"],
      [tensor(backend, [[1, 2, 3]]), "predict returned 1 rows of 3 numbers"],
      [[1, null, 2], "predict returned null, which is no number"],
      [[1, NaN, 2], "the mean prediction is NaN for rooms = 2; look for missing values"],
    ] as const) {
      const predict = (() => given) as unknown as Predict;
      const wrong = { ...shared, grid: [[2]], predict };
      await expect(partialDependence(wrong)).rejects.toThrow(`partialDependence: ${message}`);
    }
  });

  it("tells how far it is, and stops at a signal", async () => {
    const told: number[] = [];
    await partialDependence({
      ...options,
      features: [0],
      grid: 3,
      onProgress: ({ done, total }) => told.push(done / total),
    });
    expect(told).toEqual([1 / 3, 2 / 3, 1]);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(partialDependence({ ...options, features: [0], signal })).rejects.toBe(reason);
  });
});

it.each([
  ["an unknown option", { points: 3 }, "there is no option 'points'"],
  ["no features", { features: [] }, "features must be a list of one column or two, got []"],
  ["one name", { features: "a" }, "features must be a list of one column or two, got 'a'"],
  ["a feature twice", { features: ["a", "a"] }, "features has 'a' twice"],
  ["a feature by name and number", { features: ["a", 0] }, "features has 'a' twice"],
  ["an unknown feature", { features: ["z"] }, "features: there is no column 'z'; there are a, b"],
  ["a grid of one", { grid: 1 }, "grid must be a whole number from 2 or a list"],
  ["a flat grid", { grid: [0, 1] }, "grid must be how many values to try or"],
  ["an empty grid", { grid: [[]] }, "grid must be how many values to try or"],
  ["curves by number", { curves: 1 }, "curves must be true or false, got 1"],
  [
    "an output by word",
    { output: "largest" },
    "output must be the number of an output or a function",
  ],
  ["an output too far", { output: 1 }, "output must be below 1"],
  ["words in a grid", { grid: [["x"]] }, "grid"],
  ["what is no backend", { backend: 3 }, "backend must be a backend such as js(), got 3"],
  ["no model", { model: undefined }, "expected either a model"],
  ["no inputs", { inputs: undefined }, "expected inputs or, for a model that was trained on one"],
  ["inputs that are none", { inputs: null }, "inputs: expected a tensor"],
])("refuses %s", async (_, changes, message) => {
  const wrong = { ...options, features: ["a"], ...changes } as typeof options & {
    features: string[];
  };
  await expect(partialDependence(wrong)).rejects.toThrow(message);
  await expect(partialDependence(wrong)).rejects.toThrow(/^partialDependence: /);
});
