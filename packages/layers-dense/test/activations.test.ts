import {
  describe as describeModel,
  encode,
  jit,
  type Layer,
  mul,
  sum,
  tensor,
  gradient,
  applyModel,
  type Tensor,
  sequential,
  sin,
  zeros,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import {
  activation,
  elu,
  gelu,
  leakyRelu,
  linear,
  logSoftmax,
  ones,
  prelu,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  swish,
  tanh,
} from "../src/index.ts";
import { backend, outputOf } from "./support.ts";

const points = [-30, -2, -0.5, 0.25, 1, 40];

/** Formulas written out for numbers. */
const expected: [string, Layer, (x: number) => number][] = [
  ["linear", linear(), (x) => x],
  ["relu", relu(), (x) => Math.max(x, 0)],
  ["leakyRelu", leakyRelu({ slope: 0.2 }), (x) => (x > 0 ? x : 0.2 * x)],
  ["tanh", tanh(), Math.tanh],
  ["sigmoid", sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
  ["softplus", softplus(), (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))],
  ["elu", elu({ alpha: 0.5 }), (x) => (x > 0 ? x : 0.5 * Math.expm1(x))],
  ["selu", selu(), (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  [
    "gelu, approximate",
    gelu({ approximate: true }),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ["swish", swish({ beta: 2 }), (x) => x / (1 + Math.exp(-2 * x))],
  ["a function of one's own", activation((x) => mul(x, sin(x))), (x) => x * Math.sin(x)],
];

describe.each(expected)("%s", (_, layer, formula) => {
  it("is its formula", () => {
    outputOf(layer, [points]).forEach((y, i) => expect(y).toBeCloseTo(formula(points[i]!), 12));
  });

  it("has the slope of its formula", () => {
    const total = (x: Tensor): Tensor =>
      sum(applyModel(layer, { parameters: {}, state: {} }, x).output);
    const slopes = jit(gradient(total))(tensor(backend, points, { dtype: "f64" })).readSync();
    points.forEach((x, i) => {
      const h = 1e-5;
      const difference = (formula(x + h) - formula(x - h)) / (2 * h);
      expect(Math.abs(slopes[i]! - difference)).toBeLessThan(1e-7);
    });
  });

  it("passes NaN on", () => {
    expect(outputOf(layer, [[Number.NaN]])).toEqual([Number.NaN]);
  });
});

describe("softmax", () => {
  it("gives probabilities that add up to 1, also for large numbers", () => {
    const [a, b, c] = outputOf(softmax(), [[1000, 1001, 999]]) as [number, number, number];
    expect(a + b + c).toBeCloseTo(1, 14);
    expect(b / a).toBeCloseTo(Math.E, 12);
    expect(c / a).toBeCloseTo(1 / Math.E, 12);
  });

  it("goes along the axis that is chosen", () => {
    const columns = [
      [
        [1, 2],
        [1, 2],
      ],
    ];
    expect(outputOf(softmax({ axis: 1 }), columns)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(outputOf(softmax({ axis: -2 }), columns)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe("an activation from a function", () => {
  it("says that it has no JSON form", () => {
    expect(() => encode(activation((x) => x))).toThrow(
      "encode: @nn/layers-dense#activation.fn is a function, which JSON cannot hold; use a value with a kind instead",
    );
  });

  it("refuses what is no function, such as a layer", () => {
    expect(() => activation(relu() as never)).toThrow(
      "activation: expected a function of a tensor, as in (x) => sin(x), got object",
    );
  });

  it("refuses functions that return no tensor, such as factories of layers", () => {
    const model = sequential({ hidden: activation(relu as never) });
    expect(() => outputOf(model, [[1]])).toThrow(
      "activation: the function of 'hidden' must return a tensor, got object; a layer such as relu() stands by itself",
    );
  });
});

describe("prelu", () => {
  it("learns a slope for each channel, or one for all", () => {
    const images = zeros([2, 5, 5, 3]);
    const [own, shared] = [prelu(), prelu({ shared: true })].map(
      (layer) => describeModel(layer, images).declarations[0]!,
    );
    expect([own!.path, own!.shape, shared!.shape]).toEqual(["slope", [3], []]);
    expect(outputOf(prelu(), [[-2, 2]])).toEqual([-0.5, 2]);
  });

  it("needs an axis of channels", () => {
    expect(() => outputOf(prelu(), [1, 2])).toThrow(
      "prelu: '' takes [batch, ..., channels], got [2]; or set { shared: true }",
    );
    expect(outputOf(prelu({ shared: true }), [-4, 2])).toEqual([-1, 2]);
  });
});

describe.each([
  ["softmax", softmax],
  ["logSoftmax", logSoftmax],
])("%s", (name, make) => {
  it("refuses the axis of the examples, which must not depend on each other", () => {
    expect(() => outputOf(make({ axis: 0 }), [[1, 2]])).toThrow(
      `${name}: axis 0 of [1, 2] holds the examples; choose one of the features, or give single numbers an axis of their own with reshape([1])`,
    );
    expect(() => outputOf(make(), [1, 2])).toThrow(`${name}: axis -1 of [2] holds the examples`);
  });
});

it("names the activation where integers come in, not an operation inside of it", () => {
  for (const [name, layer] of Object.entries({
    elu: elu(),
    selu: selu(),
    gelu: gelu(),
    leakyRelu: leakyRelu(),
    prelu: prelu(),
    swish: swish(),
    softmax: softmax(),
    logSoftmax: logSoftmax(),
    tanh: tanh(),
  }))
    expect(() => outputOf(layer, [[1, 2]], "u8")).toThrow(
      `${name}: expected f32 or f64 (cast() first), got u8[1,2]`,
    );
});

describe("activations refuse", () => {
  const wrong: [() => unknown, string][] = [
    [() => leakyRelu({ slope: NaN }), "leakyRelu: slope must be a finite number, got NaN"],
    [() => elu({ alpha: Infinity }), "elu: alpha must be a finite number, got Infinity"],
    [() => elu({ alpha: "1" as never }), "elu: alpha must be a finite number, got 1"],
    [() => swish({ beta: null as never }), "swish: beta must be a finite number, got null"],
    [() => softmax({ axis: 0.5 }), "softmax: axis must be a whole number, got 0.5"],
    [() => logSoftmax({ axis: "x" as never }), "logSoftmax: axis must be a whole number, got x"],
    [
      () => gelu({ approximate: "tanh" as never }),
      "gelu: approximate must be true or false, got tanh",
    ],
    [() => elu({ slope: 1 } as never), "elu: there is no option 'slope'; there are alpha"],
    [() => elu(1 as never), "elu: expected options such as { alpha: … }, got 1"],
    [() => elu(null as never), "elu: expected options such as { alpha: … }, got null"],
    [() => prelu({ shared: 1 as never }), "prelu: shared must be true or false, got 1"],
    [
      () => prelu({ initializer: ones as never }),
      "prelu: initializer must be an initializer such as heNormal(), got function",
    ],
    [
      () => prelu({ weights: {} } as never),
      "prelu: there is no option 'weights'; there are shared, initializer, dtype, trainable, optimizer",
    ],
  ];

  it.each(wrong.map(([make, message]) => [message, make] as const))("%s", (message, make) => {
    expect(make).toThrow(message);
  });
});

it("takes an option that is undefined for one that is left out", () => {
  expect(outputOf(elu({ alpha: undefined } as never), [[-1]])[0]).toBeCloseTo(Math.expm1(-1), 14);
});
