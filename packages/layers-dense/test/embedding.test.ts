import {
  applyModel,
  describe as describeModel,
  gradient,
  graph,
  jit,
  sum,
  tensor,
  type Tensor,
  type Tree,
  zeros,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import { concatInputs, dense, embedding, heNormal } from "../src/index.ts";
import { backend, start } from "./support.ts";

const vectors = tensor(backend, [
  [1, 2],
  [3, 4],
  [5, 6],
]);

/** What an embedding of these three vectors gives, and the gradient of its sum by them. */
function lookUp(x: Tensor, options = {}): { output: Tensor; slopes: number[] } {
  const layer = embedding(3, 2, options);
  const fn = (table: Tensor): Tensor =>
    applyModel(layer, { parameters: { vectors: table }, state: {} }, x).output;
  const slopes = jit(gradient((table: Tensor) => sum(fn(table))))(vectors);
  return { output: jit(fn)(vectors), slopes: [...slopes.readSync()] };
}

describe("embedding", () => {
  it("gives each index its vector, behind the axes that the indices have", () => {
    const indices = tensor(backend, [[2, 0, 2]], { dtype: "i32" });
    const { output, slopes } = lookUp(indices);
    expect(output.shape).toEqual([1, 3, 2]);
    expect([...output.readSync()]).toEqual([5, 6, 1, 2, 5, 6]);
    expect(slopes).toEqual([1, 1, 0, 0, 2, 2]);
  });

  it("takes indices of any dtype", () => {
    for (const dtype of ["i32", "u8", "i8", "f32", "f64", "bool"] as const)
      expect([...lookUp(tensor(backend, [1, 0], { dtype })).output.readSync()]).toEqual([
        3, 4, 1, 2,
      ]);
  });

  it("gives zeros for what is no index, and trains nothing", () => {
    const indices = tensor(backend, [-1, 3, 0.5, Number.NaN, Infinity, 2]);
    const { output, slopes } = lookUp(indices);
    expect([...output.readSync()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6]);
    expect(slopes).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it("gives zeros for padding, and trains nothing", () => {
    const { output, slopes } = lookUp(tensor(backend, [0, 1], { dtype: "i32" }), { padding: 0 });
    expect([...output.readSync()]).toEqual([0, 0, 3, 4]);
    expect(slopes).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it("passes on how its vectors train", () => {
    const rule = {
      kind: "@test/a#rule",
      config: {},
      learningRate: { kind: "@test/a#rate", config: {}, at: () => 1 },
      init: () => ({}),
      update: ({ parameter }: { parameter: Tensor }) => ({ parameter, state: {} }),
    };
    const layer = embedding(3, 2, { trainable: false, optimizer: rule, initializer: heNormal() });
    const [declared] = describeModel(layer, zeros([1], "i32")).declarations;
    expect(declared).toMatchObject({ path: "vectors", shape: [3, 2], trainable: false });
    expect([declared!.optimizer?.kind, declared!.initializer?.kind]).toEqual([
      "@test/a#rule",
      "@nn/layers-dense#heNormal",
    ]);
  });

  it("joins other columns in a graph", () => {
    const model = graph<Tree>({
      nodes: {
        city: { layer: embedding(50, 4), from: "input.city" },
        color: { layer: embedding(7, 3), from: "input.color" },
        joined: { layer: concatInputs(), from: ["city", "color", "input.numbers"] },
        price: { layer: dense(1), from: "joined" },
      },
      output: "price",
    });
    const input = {
      city: tensor(backend, [3, 49], { dtype: "i32" }),
      color: tensor(backend, [0, 6], { dtype: "i32" }),
      numbers: tensor(backend, [
        [0.5, 1],
        [0.1, 2],
      ]),
    };
    const variables = start(model as never, input as never);
    expect(Object.entries(variables.parameters).map(([path, { shape }]) => [path, shape])).toEqual([
      ["city/vectors", [50, 4]],
      ["color/vectors", [7, 3]],
      ["price/weights", [9, 1]],
      ["price/bias", [1]],
    ]);
    expect(applyModel(model, variables, input).output.shape).toEqual([2, 1]);
  });

  const wrong: [() => unknown, string][] = [
    [() => embedding(0, 2), "embedding: count must be a whole number from 1, got 0"],
    [() => embedding("5" as never, 2), "embedding: count must be a whole number from 1, got 5"],
    [() => embedding(5, 1.5), "embedding: units must be a whole number from 1, got 1.5"],
    [
      () => embedding(5, 2, { padding: 5 }),
      "embedding: padding must be an index from 0 to 4 (others give zeros anyway), got 5",
    ],
    [
      () => embedding(5, 2, { trainable: "no" as never }),
      "embedding: trainable must be true or false, got no",
    ],
    [() => embedding(5, 2, { dtype: "i32" }), "embedding: dtype must be f32 or f64, got i32"],
    [
      () => embedding(5, 2, { optimizer: "sgd" as never }),
      "embedding: optimizer must be an update rule such as sgd(), got sgd",
    ],
    [
      () => embedding(5, 2, { weights: {} } as never),
      "embedding: there is no option 'weights'; there are padding, initializer, dtype, trainable, optimizer",
    ],
  ];

  it.each(wrong.map(([make, message]) => [message, make] as const))(
    "refuses: %s",
    (message, make) => {
      expect(make).toThrow(message);
    },
  );
});
