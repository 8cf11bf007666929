import { readFileSync } from "node:fs";
import {
  applyModel,
  gradient,
  type Initializer,
  jit,
  type Layer,
  mul,
  normal,
  reshape,
  sum,
  tensor,
  type Tensor,
  type TensorData,
  type TensorMap,
  uniform,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  dense,
  elu,
  embedding,
  gelu,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  leakyRelu,
  lecunNormal,
  lecunUniform,
  linear,
  logSoftmax,
  prelu,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  swish,
  tanh,
  varianceScaling,
} from "../src/index.ts";
import { backend } from "./support.ts";

type Numbers = readonly (number | null)[];

interface Reference {
  readonly origin: string;
  readonly points: readonly number[];
  readonly activations: { readonly [name: string]: Record<"y" | "slope" | "curvature", Numbers> };
  readonly layers: {
    readonly [name: string]: {
      readonly inputs: { readonly x: TensorData; readonly [name: string]: TensorData };
      readonly output: readonly Numbers[];
      readonly gradients: { readonly [name: string]: readonly Numbers[] };
    };
  };
  readonly initializers: {
    readonly [name: string]: readonly {
      readonly shape: readonly number[];
      readonly low?: number;
      readonly high?: number;
      readonly deviation?: number;
    }[];
  };
}

/** Made by tools/reference/layers.py. */
const reference = JSON.parse(
  readFileSync(new URL("reference.json", import.meta.url), "utf8"),
) as Reference;

/** Compares with the reference, to 1e-6 of its magnitude or of 1; it has null where it is not finite, and ours has to be. */
function expectClose(actual: ArrayLike<number>, expected: Numbers): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const error = Math.abs(actual[i]! - (value ?? actual[i]!));
    expect(error, `element ${i} is ${actual[i]}, expected ${value}`).toBeLessThanOrEqual(
      1e-6 * Math.max(1, Math.abs(value ?? 0)),
    );
  });
}

const activations: { readonly [name: string]: Layer } = {
  linear: linear(),
  relu: relu(),
  leakyRelu: leakyRelu({ slope: 0.2 }),
  elu: elu(),
  "elu with alpha 0.5": elu({ alpha: 0.5 }),
  selu: selu(),
  gelu: gelu(),
  "gelu, approximate": gelu({ approximate: true }),
  swish: swish(),
  "swish with beta 1.5": swish({ beta: 1.5 }),
  softplus: softplus(),
  sigmoid: sigmoid(),
  tanh: tanh(),
};

it("has an activation for each of the reference", () => {
  expect(Object.keys(activations).sort()).toEqual(Object.keys(reference.activations).sort());
});

describe.each(Object.entries(activations))("%s agrees with PyTorch", (name, layer) => {
  const x = tensor(backend, reference.points, { dtype: "f64" });
  const fn = (at: Tensor): Tensor => applyModel(layer, { parameters: {}, state: {} }, at).output;
  const slope = gradient((at: Tensor) => sum(fn(at)));
  const curvature = gradient((at: Tensor) => sum(slope(at)));
  const expected = reference.activations[name]!;

  it("in its values", () => expectClose(jit(fn)(x).readSync(), expected.y));
  it("in its slopes", () => expectClose(jit(slope)(x).readSync(), expected.slope));
  it("in the slopes of its slopes", () => {
    expectClose(jit(curvature)(x).readSync(), expected.curvature);
  });
});

const layers: { readonly [name: string]: Layer } = {
  dense: dense(2, { activation: tanh() }),
  embedding: embedding(5, 2),
  prelu: prelu(),
  "prelu, shared": prelu({ shared: true }),
  softmax: softmax(),
  "softmax of large numbers": softmax(),
  logSoftmax: logSoftmax(),
  "logSoftmax of large numbers": logSoftmax(),
};

it("has a layer for each of the reference", () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(reference.layers).sort());
});

describe.each(Object.entries(layers))("%s agrees with PyTorch", (name, layer) => {
  const { inputs, output, gradients } = reference.layers[name]!;
  const dtype = name === "embedding" ? "i32" : "f64";
  const x = tensor(backend, inputs.x, { dtype });
  const parameters: TensorMap = Object.fromEntries(
    Object.entries(inputs).flatMap(([path, value]) => {
      // PyTorch's one slope for all channels is a vector of one.
      const data = name === "prelu, shared" ? (value as readonly TensorData[])[0]! : value;
      return path === "x" ? [] : [[path, tensor(backend, data, { dtype: "f64" })]];
    }),
  );
  const fn = (p: TensorMap, at: Tensor): Tensor =>
    applyModel(layer, { parameters: p, state: {} }, at).output;

  it("in its output", () => {
    expectClose(jit(fn)(parameters, x).readSync(), output.flat(9) as Numbers);
  });

  it.each(Object.keys(gradients))("in the gradient by %s", (path) => {
    const size = output.flat(9).length;
    const weights = tensor(
      backend,
      Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
      { dtype: "f64" },
    );
    const loss = (by: Tensor): Tensor => {
      const y = path === "x" ? fn(parameters, by) : fn({ ...parameters, [path]: by }, x);
      return sum(mul(reshape(weights, y.shape), y));
    };
    const at = path === "x" ? x : parameters[path]!;
    expectClose(jit(gradient(loss))(at).readSync(), gradients[path]!.flat(9) as Numbers);
  });
});

const initializers: { readonly [name: string]: Initializer } = {
  glorotUniform: glorotUniform(),
  glorotNormal: glorotNormal(),
  heUniform: heUniform(),
  heNormal: heNormal(),
  lecunUniform: lecunUniform(),
  lecunNormal: lecunNormal(),
  "fan out, uniform": varianceScaling({ scale: 2, fan: "out", distribution: "uniform" }),
  "fan out, normal": varianceScaling({ scale: 2, fan: "out" }),
  "leaky relu": varianceScaling({ scale: 2 / (1 + 0.2 ** 2) }),
  "average, gain of tanh": varianceScaling({
    scale: (5 / 3) ** 2,
    fan: "average",
    distribution: "uniform",
  }),
};

it("has an initializer for each of the reference", () => {
  expect(Object.keys(initializers).sort()).toEqual(Object.keys(reference.initializers).sort());
});

describe.each(Object.entries(initializers))("%s", (name, initializer) => {
  it("draws from the distribution that PyTorch draws from", () => {
    for (const { shape, low, high, deviation } of reference.initializers[name]!) {
      const ours = jit((key: Tensor) => initializer.initialize(key, shape, "f64"));
      const theirs = jit((key: Tensor) =>
        low === undefined
          ? normal(key, shape, { dtype: "f64", deviation: deviation! })
          : uniform(key, shape, { dtype: "f64", low, high: high! }),
      );
      const key = tensor(backend, [1, 2], { dtype: "i32" });
      expectClose(ours(key).readSync(), [...theirs(key).readSync()]);
    }
  });
});
