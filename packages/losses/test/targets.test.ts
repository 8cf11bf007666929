import { js } from "@nn/backend-js";
import { tensor, type Loss, type TensorData, type Tree, type TypedArray } from "@nn/core";
import { describe, expect, it } from "vitest";
import * as losses from "../src/index.ts";

const backend = js();

function values(loss: Loss, prediction: TensorData, target: TensorData | TypedArray): number[] {
  const [p, t] = [prediction, target].map((data) => tensor(backend, data));
  return [...loss.values(p!, t!).readSync()];
}

const three: TensorData = [
  [1, 2, 3],
  [3, 1, 0],
  [0, 0, 0],
];

describe("class numbers", () => {
  const { crossEntropy, focal, hinge } = losses;

  it.each([crossEntropy, focal, hinge])("may have any dtype and an axis of their own", (make) => {
    const expected = values(make(), three, Int32Array.of(2, 0, 1));
    expect(expected.every(Number.isFinite)).toBe(true);
    for (const target of [
      [2, 0, 1],
      [[2], [0], [1]],
      Uint8Array.of(2, 0, 1),
      Int8Array.of(2, 0, 1),
      [
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
    ])
      expect(values(make(), three, target)).toEqual(expected);
  });

  it.each([crossEntropy, focal, hinge])("make the loss NaN where they are no class", (make) => {
    const [a, b, c] = values(make(), three, [2.5, 0, -1]);
    expect([a, Number.isFinite(b), c]).toEqual([Number.NaN, true, Number.NaN]);
    expect(values(make(), three, Int32Array.of(3, -1, 99))).toEqual([NaN, NaN, NaN]);
    expect(values(make(), three, [Number.NaN, 1e10, Infinity])).toEqual([NaN, NaN, NaN]);
  });

  it("make the loss NaN with options, too", () => {
    for (const options of [{ labelSmoothing: 0.1 }, { classWeights: [1, 2, 3] }])
      expect(values(crossEntropy(options), three, [3, 0, 0])[0]).toBeNaN();
    expect(values(crossEntropy({ from: "probabilities" }), [[0.5, 0.5]], [2])).toEqual([NaN]);
  });

  it("may be shares that add up to 1, or to 0 where an example does not count", () => {
    const of = (shares: TensorData): number => values(crossEntropy(), [[1, 2, 3]], [shares])[0]!;
    expect(of([0.2, 0.3, 0.5])).toBeGreaterThan(0);
    expect(of([0, 0, 0])).toBe(0);
    // Thirds of f32 add up to slightly more than 1.
    expect(of([1 / 3, 1 / 3, 1 / 3 + 1e-6])).toBeGreaterThan(0);
    for (const shares of [
      [1, 1, 0],
      [1, -0.5, 0.5],
      [0, NaN, 1],
      [2, 0, 1],
    ])
      expect(of(shares)).toBeNaN();
  });

  it("may be bools for two classes", () => {
    const two: TensorData = [
      [0, 1],
      [0, 1],
    ];
    expect(values(crossEntropy(), two, [true, false])).toEqual(values(crossEntropy(), two, [1, 0]));
  });

  it("are single where a loss needs that", () => {
    for (const make of [focal, hinge])
      for (const shares of [
        [0.5, 0.5, 0],
        [1, 1, 0],
        [1, -1, 1],
        [0, 0, 0],
      ])
        expect(values(make(), [[1, 2, 3]], [shares])).toEqual([NaN]);
  });

  it("go with a prediction that has classes", () => {
    expect(() => values(crossEntropy(), [[1], [2]], [0, 1])).toThrow(
      "crossEntropy: the prediction is f32[2,1], expected an example per row with a column for each of two or more " +
        "classes; a single output for two classes takes the binary loss",
    );
    expect(() => values(crossEntropy(), [1, 2], [0, 1])).toThrow("two or more classes");
    expect(() => values(focal(), three, [0, 1])).toThrow(
      "focal: the prediction is f32[3,3], the target f32[2]; expected class numbers [3] or a share of each class [3,3]",
    );
    expect(() => values(crossEntropy({ classWeights: [1, 2] }), three, [0, 1, 2])).toThrow(
      "crossEntropy: there are 2 class weights for the prediction f32[3,3]; give one for each class",
    );
  });
});

describe("targets of single outputs", () => {
  const { binaryCrossEntropy, binaryFocal, binaryHinge } = losses;
  const outputs: TensorData = [[2], [-1], [0.5]];

  it.each([binaryCrossEntropy, binaryFocal, binaryHinge])("need no axis of their own", (make) => {
    const expected = values(make(), outputs, [[1], [0], [1]]);
    expect(values(make(), outputs, [1, 0, 1])).toEqual(expected);
    expect(values(make(), outputs, [true, false, true])).toEqual(expected);
    expect(values(make(), [2, -1, 0.5], Int32Array.of(1, 0, 1))).toEqual(expected);
  });

  it.each([binaryFocal, binaryHinge])("may be -1 and 1", (make) => {
    expect(values(make(), outputs, [1, -1, 1])).toEqual(values(make(), outputs, [1, 0, 1]));
  });

  it("make the loss NaN where they are neither class", () => {
    expect(values(binaryCrossEntropy(), outputs, [-1, 2, Number.NaN])).toEqual([NaN, NaN, NaN]);
    for (const make of [binaryFocal, binaryHinge])
      expect(values(make(), outputs, [0.5, 2, Number.NaN])).toEqual([NaN, NaN, NaN]);
  });

  it("are not broadcast", () => {
    expect(() => values(binaryCrossEntropy(), outputs, [[1, 0, 1]])).toThrow(
      "binaryCrossEntropy: the prediction is f32[3,1], the target f32[1,3]; expected a target for each output",
    );
  });
});

describe("other targets", () => {
  const { mae, huber, logCosh, quantile, poisson, gaussianNll, mse } = losses;

  const all = [mse(), mae(), huber(), logCosh(), quantile({ level: 0.5 }), poisson()];

  it.each(all)("have the shape of the prediction: $kind", (loss) => {
    expect(() => values(loss, [[1], [2]], [[1, 2]])).toThrow(
      /: the prediction is f32\[2,1\], the target f32\[1,2\]; give the model's last layer/,
    );
  });

  it.each(all)("need no axis of their own: $kind", (loss) => {
    const expected = values(loss, [[1], [3]], [[2], [0]]);
    expect(values(loss, [[1], [3]], [2, 0])).toEqual(expected);
    expect(values(loss, [1, 3], [[2], [0]])).toEqual(expected);
    expect(values(loss, [[1], [3]], Uint8Array.of(2, 0))).toEqual(expected);
  });

  it.each(all)("go with predictions that are floats: $kind", (loss) => {
    const whole = tensor(backend, Int32Array.of(1, 2));
    expect(() => loss.values(whole, whole)).toThrow("the prediction is i32, expected f32 or f64");
  });

  it("make counts and variances below 0 NaN", () => {
    expect(values(poisson(), [[1], [1]], [[0], [-1]])).toEqual([Math.fround(Math.E), NaN]);
    const prediction = {
      mean: tensor(backend, [[0], [0]]),
      variance: tensor(backend, [[1], [-1]]),
    };
    const target = tensor(backend, [[2], [2]]);
    expect([...gaussianNll().values(prediction, target).readSync()]).toEqual([2, NaN]);
  });

  it("have a mean and a variance for each value", () => {
    const prediction = { mean: tensor(backend, [[1], [2]]), variance: tensor(backend, [1, 2]) };
    expect(() => gaussianNll().values(prediction, tensor(backend, [1, 2]))).toThrow(
      "gaussianNll: the mean is f32[2,1], the variance f32[2]; expected one of each for every value",
    );
  });

  it("belong to one tensor", () => {
    const x = tensor(backend, [[1]]);
    const values = (loss: Loss): unknown => loss.values({ a: x } as Tree as typeof x, x);
    for (const loss of [mse(), losses.crossEntropy(), losses.binaryHinge()])
      expect(() => values(loss)).toThrow("the prediction is a tree of a, expected one tensor");
    expect(() => gaussianNll().values(x as never, x)).toThrow(
      "gaussianNll: the prediction is a tensor, expected { mean, variance }",
    );
  });
});
