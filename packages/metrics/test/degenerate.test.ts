import { js } from "@nn/backend-js";
import type { Json, Metric, Tensor } from "@nn/core";
import { describe, expect, it } from "vitest";
import * as metrics from "../src/index.ts";
import type { Values } from "../src/index.ts";

const { accuracy, calibrationError, f1, mae, mape, mse, prAuc, precision, r2, recall } = metrics;
const { confusionMatrix, measure, reliability, rmse, rocAuc, topK } = metrics;
const backend = js();

function figure<Result extends Json>(
  metric: Metric<Tensor, Tensor, Result>,
  prediction: Values,
  target: Values,
): Promise<Result> {
  return measure(metric, prediction, target, { backend });
}

describe("a constant target", () => {
  it("has an R² of 1 where every prediction is exact, else of 0", async () => {
    // 0.1 has no exact form, and its mean over three rows is not quite itself.
    expect(await figure(r2(), [0.1, 0.1, 0.1], [0.1, 0.1, 0.1])).toBe(1);
    expect(await figure(r2(), [0.1, 0.2, 0.1], [0.1, 0.1, 0.1])).toBe(0);
    expect(await figure(r2(), [0.1, NaN, 0.1], [0.1, 0.1, 0.1])).toBeNaN();
  });

  it("is constant over batches of any length", () => {
    const [first, errors] = [Math.fround(0.1), 0.5];
    const values = { rows: [3, 7, 1], first: [first, first, first], errors: [errors, errors, 0] };
    const none = [0, 0, 0];
    expect(r2().result({ ...values, shift: none, rest: none, squares: none })).toBe(0);
  });
});

describe("a single row", () => {
  it("has errors, but no R²", async () => {
    expect(await figure(r2(), [1], [2])).toBeNaN();
    for (const metric of [mse(), rmse(), mae()]) expect(await figure(metric, [1], [2])).toBe(1);
    expect(await figure(mape(), [1], [2])).toBe(0.5);
  });

  it("has figures of classes, but no ranking", async () => {
    expect(await figure(accuracy(), [3], [1])).toBe(1);
    expect(await figure(f1(), [3], [1])).toBe(1);
    expect(await figure(rocAuc(), [3], [1])).toBeNaN();
    expect(await figure(prAuc(), [3], [1])).toBe(1);
  });
});

describe("no rows", () => {
  it("are refused", async () => {
    for (const metric of [r2(), accuracy(), rocAuc()])
      await expect(figure(metric, [], [])).rejects.toThrow("the same number of rows, at least 1");
  });
});

describe("classes that are missing", () => {
  it("have a precision, recall and f1 of 0", async () => {
    expect(await figure(precision(), [-1, -2], [0, 1])).toBe(0);
    expect(await figure(recall(), [1, -2], [0, 0])).toBe(0);
    expect(await figure(f1(), [-1, -2], [0, 0])).toBe(0);
  });

  it("in predictions and targets alike are left out of a macro average", async () => {
    const rows = [
      [9, 0, 0],
      [0, 9, 0],
    ];
    for (const make of [precision, recall, f1])
      expect(await figure(make({ average: "macro" }), rows, [0, 1])).toBe(1);
  });

  it("leave no ranking: NaN", async () => {
    expect(await figure(rocAuc(), [1, 2], [0, 0])).toBeNaN();
    expect(await figure(rocAuc(), [1, 2], [1, 1])).toBeNaN();
    expect(await figure(prAuc(), [1, 2], [0, 0])).toBeNaN();
    expect(await figure(prAuc(), [1, 2], [1, 1])).toBe(1);
  });

  it("are left out of the mean of rankings", async () => {
    const rows = [
      [9, 1, 0],
      [2, 3, 0],
      [1, 0, 0],
      [0, 5, 0],
    ];
    expect(await figure(rocAuc(), rows, [0, 1, 0, 1])).toBe(1);
    expect(await figure(prAuc(), rows, [0, 1, 0, 1])).toBe(1);
    expect(await figure(rocAuc(), rows, [2, 2, 2, 2])).toBeNaN();
  });
});

const all: readonly (() => Metric)[] = [accuracy, topK, rocAuc, prAuc, calibrationError].concat(
  [precision, recall, f1].map((make) => () => make({ average: "macro" })),
);

describe("predictions that are NaN", () => {
  it.each(all)("make figures of classes NaN", async (make) => {
    const rows = [
      [1, 2, 3],
      [3, NaN, 1],
      [4, 1, 3],
    ];
    expect(await figure(make(), rows, [2, 0, 1])).toBeNaN();
    if (make !== topK) expect(await figure(make(), [1, NaN, 2], [1, 0, 0])).toBeNaN();
  });

  it("make errors NaN", async () => {
    for (const make of [r2, mse, rmse, mae, mape])
      expect(await figure(make(), [1, NaN], [1, 2])).toBeNaN();
  });

  it("are refused by tables", async () => {
    const message = "1 of 2 rows have no class";
    await expect(figure(confusionMatrix(), [1, NaN], [1, 0])).rejects.toThrow(message);
    await expect(figure(reliability(), [1, NaN], [1, 0])).rejects.toThrow(message);
  });
});

describe("targets that are no class", () => {
  it.each(all)("make figures NaN", async (make) => {
    const rows = [
      [1, 2, 3],
      [3, 2, 1],
    ];
    for (const target of [3, -1, 1.5, NaN])
      expect(await figure(make(), rows, [0, target])).toBeNaN();
    if (make !== topK) expect(await figure(make(), [1, 2], [0, 2])).toBeNaN();
  });

  it.each(all)("make figures NaN where shares do not add up to 1", async (make) => {
    const rows = [
      [1, 2, 3],
      [3, 2, 1],
    ];
    for (const shares of [
      [1, 1, 0],
      [0, 0, 0],
      [1, 0.5, -0.5],
      [NaN, 1, 0],
    ])
      expect(await figure(make(), rows, [[0, 0, 1], shares])).toBeNaN();
  });

  it("are refused by tables", async () => {
    await expect(figure(confusionMatrix(), [1, 2, 1], [1, 2, 0.5])).rejects.toThrow("2 of 3 rows");
  });
});

describe("what is no probability", () => {
  it("has no calibration", async () => {
    const options = { from: "probabilities" } as const;
    expect(await figure(calibrationError(options), [0.5, 1.5], [0, 1])).toBeNaN();
    expect(await figure(calibrationError(options), [0.5, -0.5], [0, 1])).toBeNaN();
    await expect(figure(reliability(options), [2, 0.5], [0, 1])).rejects.toThrow("1 of 2 rows");
  });
});

describe("probabilities at the ends", () => {
  it("are in the first and the last bin", async () => {
    const table = await figure(
      reliability({ from: "probabilities", bins: 2 }),
      [0, 1, 1],
      [0, 1, 0],
    );
    expect(table).toEqual([
      { from: 0, to: 0.5, count: 1, probability: 0, frequency: 0 },
      { from: 0.5, to: 1, count: 2, probability: 1, frequency: 0.5 },
    ]);
    const half = await figure(reliability({ from: "probabilities", bins: 2 }), [0.2], [0]);
    expect(half[1]).toEqual({ from: 0.5, to: 1, count: 0, probability: null, frequency: null });
  });
});

describe("probabilities between bins", () => {
  it("are in the one whose upper end they are, however their product with the bins is rounded", async () => {
    for (const bins of [7, 10, 100]) {
      const ends = Array.from({ length: bins }, (_, i) => (i + 1) / bins);
      const classes = ends.map(() => 1);
      const table = await figure(reliability({ from: "probabilities", bins }), ends, classes);
      expect(table.map(({ to, probability }) => [to, probability])).toEqual(
        ends.map((end) => [end, end]),
      );
    }
  });
});

describe("huge logits", () => {
  it("of two columns are ranked where probabilities round to 1", async () => {
    const rows = [
      [0, 1e4],
      [-1e30, 0],
      [0, 50],
      [0, 49],
    ];
    expect(await figure(rocAuc(), rows, [1, 1, 1, 0])).toBe(1);
    expect(await figure(rocAuc(), rows, [0, 0, 1, 1])).toBe(0);
  });
});

describe("infinite logits", () => {
  it("of classes are ranked, unless they have no difference", async () => {
    const two = [
      [0, Infinity],
      [0, -Infinity],
      [0, 1],
    ];
    expect(await figure(rocAuc(), two, [1, 0, 0])).toBe(1);
    expect(await figure(rocAuc(), [[Infinity, Infinity], ...two], [1, 0, 1, 0])).toBeNaN();
    const three = [
      [0, Infinity, 1],
      [-Infinity, 0, -Infinity],
      [3, 1, 2],
      [1, 2, 9],
    ];
    expect(await figure(rocAuc(), three, [1, 1, 0, 2])).toBe(1);
  });

  it("are ranked", async () => {
    expect(await figure(rocAuc(), [Infinity, -Infinity, 0], [1, 0, 0])).toBe(1);
    expect(
      await figure(
        accuracy(),
        [
          [Infinity, 1],
          [-Infinity, 1],
        ],
        [0, 1],
      ),
    ).toBe(1);
    expect(await figure(topK({ k: 1 }), [[-Infinity, 1]], [1])).toBe(1);
  });
});
