import { js } from "@nn/backend-js";
import {
  gradient,
  jit,
  mean,
  sum,
  tensor,
  trace,
  valueAndGradient,
  type Loss,
  type Tensor,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import * as losses from "../src/index.ts";

const backend = js();

function slopes(loss: Loss, prediction: Tensor, target: Tensor): number[] {
  return [...jit(gradient((x: Tensor) => sum(loss.values(x, target))))(prediction).readSync()];
}

/** The sum of the gradient's own gradient. */
function bends(loss: Loss, prediction: Tensor, target: Tensor): number[] {
  const slope = (x: Tensor): Tensor => sum(gradient((y: Tensor) => sum(loss.values(y, target)))(x));
  return [...jit(gradient(slope))(prediction).readSync()];
}

describe("losses of f32", () => {
  const huge = tensor(backend, [[1e38], [-1e38], [0]]);

  it("of single outputs are finite however large the logits", () => {
    for (const target of [
      [1, 1, 1],
      [0, 0, 0],
    ].map((rows) => tensor(backend, rows)))
      for (const loss of [losses.binaryCrossEntropy(), losses.binaryFocal()]) {
        expect([...loss.values(huge, target).readSync()].every(Number.isFinite)).toBe(true);
        expect(slopes(loss, huge, target).every(Number.isFinite)).toBe(true);
        expect(bends(loss, huge, target).every(Number.isFinite)).toBe(true);
      }
  });

  it("of classes are finite however large the logits", () => {
    const prediction = tensor(backend, [
      [1e38, 0, -1e38],
      [-1e38, 1e38, 0],
    ]);
    const target = tensor(backend, Int32Array.of(0, 2));
    for (const loss of [losses.crossEntropy(), losses.focal(), losses.focal({ gamma: 0.5 })]) {
      expect([...loss.values(prediction, target).readSync()].every(Number.isFinite)).toBe(true);
      expect(slopes(loss, prediction, target).every(Number.isFinite)).toBe(true);
      expect(bends(loss, prediction, target).every(Number.isFinite)).toBe(true);
    }
  });

  it("leave out classes whose logit is -Infinity", () => {
    const prediction = tensor(backend, [[1, -Infinity, 1]]);
    for (const target of [tensor(backend, [0]), tensor(backend, [[1, 0, 0]])]) {
      const loss = losses.crossEntropy();
      expect(loss.values(prediction, target).readSync()[0]).toBeCloseTo(Math.LN2, 6);
      const expected = [-0.5, 0, 0.5];
      slopes(loss, prediction, target).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6));
    }
  });

  it("have slopes that point the right way at probabilities of 0 and 1", () => {
    const binary = losses.binaryCrossEntropy({ from: "probabilities" });
    const [low, high] = slopes(binary, tensor(backend, [0, 1]), tensor(backend, [1, 0]));
    expect(low).toBeLessThan(-1e11);
    expect(high).toBeGreaterThan(1e11);
    expect([...binary.values(tensor(backend, [1, 0]), tensor(backend, [1, 0])).readSync()]).toEqual(
      [-0, -0],
    );
    const classes = losses.crossEntropy({ from: "probabilities" });
    expect(slopes(classes, tensor(backend, [[0, 1]]), tensor(backend, [0]))[0]).toBeLessThan(-1e11);
  });

  it("are NaN for what is no probability", () => {
    const loss = losses.binaryCrossEntropy({ from: "probabilities" });
    const found = loss.values(tensor(backend, [-0.1, 1.1]), tensor(backend, [1, 0])).readSync();
    expect([...found]).toEqual([NaN, NaN]);
  });

  it("have the slopes of small distances, and values that are not lost beside log 2", () => {
    const distances = [1e-6, -1e-4, 1e-3, 0.1, -0.3, 40, -1e30];
    const x = tensor(
      backend,
      distances.map((distance) => [distance]),
    );
    const none = tensor(backend, new Float32Array(distances.length));
    const found = losses.logCosh().values(x, none).readSync();
    slopes(losses.logCosh(), x, none).forEach((slope, i) => {
      const [distance, size] = [distances[i]!, Math.abs(distances[i]!)];
      const value = size < 1 ? Math.log(Math.cosh(distance)) : size - Math.LN2;
      expect(Math.abs(slope / Math.tanh(distance) - 1)).toBeLessThan(1e-6);
      expect(Math.abs(found[i]! - value)).toBeLessThan(1e-7 * size);
    });
  });

  it("pass NaN on, to the example that has it", () => {
    const prediction = tensor(backend, [
      [Number.NaN, 0],
      [1, 0],
    ]);
    for (const loss of [losses.crossEntropy(), losses.focal(), losses.hinge()]) {
      const [broken, other] = loss.values(prediction, tensor(backend, [1, 1])).readSync();
      expect([broken, Number.isFinite(other)]).toEqual([NaN, true]);
    }
  });
});

describe("slopes", () => {
  it("at a logit of 0 are those of the sigmoid", () => {
    const zero = tensor(backend, [[0], [0]]);
    const target = tensor(backend, [1, 0]);
    expect(slopes(losses.binaryCrossEntropy(), zero, target)).toEqual([-0.5, 0.5]);
    expect(bends(losses.binaryCrossEntropy(), zero, target)).toEqual([0.25, 0.25]);
  });

  it("and bends of smooth losses are right where the prediction is exact", () => {
    const x = tensor(backend, [[2], [-3]], { dtype: "f64" });
    for (const [loss, bend] of [
      [losses.huber(), 1],
      [losses.logCosh(), 1],
      [losses.mse(), 2],
    ] as const) {
      slopes(loss, x, x).forEach((slope) => expect(slope).toBeCloseTo(0, 12));
      bends(loss, x, x).forEach((value) => expect(value).toBeCloseTo(bend, 12));
    }
    expect(slopes(losses.mae(), x, x)).toEqual([0, 0]);
  });

  it("of a focal loss with gamma 0 are those of the cross-entropy", () => {
    const x = tensor(backend, [[1, -2, 0.5]], { dtype: "f64" });
    const target = tensor(backend, [1]);
    const expected = slopes(losses.crossEntropy(), x, target);
    slopes(losses.focal({ gamma: 0 }), x, target).forEach((slope, i) =>
      expect(slope).toBeCloseTo(expected[i]!, 12),
    );
  });
});

describe("the program of a cross-entropy and its gradient", () => {
  const types = [tensor(backend, [[1, 2, 3]]), tensor(backend, Int32Array.of(1))] as const;
  const step = (x: Tensor, target: Tensor): readonly Tensor[] =>
    valueAndGradient((y: Tensor) => mean(losses.crossEntropy().values(y, target)))(x) as never;

  it("does little to whole rows of logits", () => {
    const { operations, types: all } = trace(step, ...types);
    const wide = operations
      .filter(({ outputs }) => all[outputs[0]!]!.shape.join() === "1,3")
      .map(({ primitive }) => primitive.name)
      .filter((name) => !["full", "broadcastTo"].includes(name));
    // Centred logits, their exponentials, where the class is, the class picked, and softmax - class.
    expect(wide.toSorted()).toEqual(
      ["equal", "sub", "exp", "select", "select", "mul", "add"].toSorted(),
    );
  });
});
