import {
  applyModel,
  describe as describeModel,
  sequential,
  tensor,
  type TensorMap,
} from "@nn/core";
import { describe, expect, it } from "vitest";
import { constant, dense, heNormal, ones, tanh } from "../src/index.ts";
import { backend, outputOf, start } from "./support.ts";

const x = tensor(backend, [
  [1, 2, 3],
  [4, 5, 6],
]);

/** A rule that is only told apart by its kind. */
function ruleNamed(kind: string): NonNullable<Parameters<typeof dense>[1]>["optimizer"] {
  return {
    kind,
    config: {},
    learningRate: { kind, config: {}, at: () => 1 },
    init: () => ({}),
    update: ({ parameter }) => ({ parameter, state: {} }),
  };
}

describe("dense", () => {
  it("is x · weights + bias", () => {
    const layer = dense(2, {
      weights: { initializer: ones() },
      bias: { initializer: constant(0.5) },
    });
    expect(outputOf(layer, [[1, 2, 3]])).toEqual([6.5, 6.5]);
  });

  it("applies its activation to the result", () => {
    const layer = dense(1, { weights: { initializer: ones() }, activation: tanh() });
    expect(outputOf(layer, [[0.25, 0.25]])[0]).toBeCloseTo(Math.tanh(0.5), 14);
  });

  it("declares weights [inputs, units] and a bias [units]", () => {
    const { declarations, output } = describeModel(dense(4), x);
    expect(declarations.map(({ path, shape }) => [path, shape])).toEqual([
      ["weights", [3, 4]],
      ["bias", [4]],
    ]);
    expect(output).toEqual({ shape: [2, 4], dtype: "f32" });
  });

  it("has no bias where that is false", () => {
    expect(
      describeModel(dense(4, { bias: false }), x).declarations.map(({ path }) => path),
    ).toEqual(["weights"]);
  });

  it("treats all axes but the last alike", () => {
    const layer = dense(1, { weights: { initializer: ones() } });
    const cube = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    expect(outputOf(layer, cube)).toEqual([3, 7]);
  });

  it("passes on what is set for all of it, unless weights or bias have their own", () => {
    const [common, special] = [ruleNamed("@test/a#common"), ruleNamed("@test/a#special")];
    const layer = dense(1, {
      trainable: false,
      optimizer: common!,
      weights: { initializer: heNormal(), optimizer: special! },
      bias: { trainable: true },
    });
    const [weights, bias] = describeModel(layer, x).declarations;
    expect([weights!.trainable, weights!.optimizer?.kind]).toEqual([false, "@test/a#special"]);
    expect([bias!.trainable, bias!.optimizer?.kind]).toEqual([true, "@test/a#common"]);
  });

  it("shares its parameters when the same value is used twice", () => {
    const shared = dense(3);
    const model = sequential({ first: shared, second: shared });
    const variables = start(model, x);
    expect(Object.keys(variables.parameters).sort()).toEqual(["first/bias", "first/weights"]);
    const once = applyModel(
      shared,
      { parameters: rename(variables.parameters), state: {} },
      x,
    ).output;
    const twice = applyModel(shared, { parameters: rename(variables.parameters), state: {} }, once);
    const both = applyModel(model, variables, x).output;
    expect([...both.readSync()]).toEqual([...twice.output.readSync()]);
  });

  it("refuses a number of units that is no whole number from 1", () => {
    for (const units of [0, -1, 1.5, Number.NaN])
      expect(() => dense(units)).toThrow(
        `dense: units must be a whole number from 1, got ${units}`,
      );
  });

  it("takes options that are undefined for ones that are left out", () => {
    const layer = dense(1, {
      activation: undefined,
      trainable: false,
      weights: { initializer: undefined, trainable: undefined },
      bias: undefined,
    } as never);
    const declared = describeModel(layer, x).declarations;
    expect(declared.map(({ initializer, trainable }) => [initializer?.kind, trainable])).toEqual([
      ["@nn/layers-dense#glorotUniform", false],
      [undefined, false],
    ]);
  });

  const wrong: [unknown, string][] = [
    [null, ": expected options such as { activation: … }, got null"],
    [tanh, ": expected options such as { activation: … }, got function"],
    [[1], ": expected options such as { activation: … }, got [1]"],
    [
      { activatoin: tanh() },
      ": there is no option 'activatoin'; there are activation, weights, bias, trainable, optimizer",
    ],
    [{ units: 5 }, ": there is no option 'units'"],
    [{ toString: 1 }, ": there is no option 'toString'"],
    [{ activation: tanh }, ": activation must be a layer such as relu(), got function"],
    [{ activation: heNormal() }, ": activation must be a layer such as relu(), got object"],
    [{ activation: null }, ": activation must be a layer such as relu(), got null"],
    [{ trainable: "no" }, ": trainable must be true or false, got no"],
    [{ optimizer: "sgd" }, ": optimizer must be an update rule such as sgd(), got sgd"],
    [{ weights: 3 }, ": weights must be an object, got 3"],
    [{ weights: heNormal() }, ": weights: there is no option 'kind'; there are initializer, dtype"],
    [
      { weights: { initializer: heNormal } },
      ": weights: initializer must be an initializer such as heNormal(), got function",
    ],
    [{ weights: { dtype: "i32" } }, ": weights: dtype must be f32 or f64, got i32"],
    [{ bias: null }, ": bias must be true, false or an object, got null"],
    [{ bias: 0 }, ": bias must be true, false or an object, got 0"],
    [{ bias: { trainabel: false } }, ": bias: there is no option 'trainabel'; there are"],
    [{ bias: { trainable: 0 } }, ": bias: trainable must be true or false, got 0"],
  ];

  it.each(wrong)("refuses %o", (options, message) => {
    expect(() => dense(1, options as never)).toThrow(`dense${message}`);
  });

  it("refuses inputs without an axis of features, and says what to do", () => {
    expect(() =>
      describeModel(sequential({ hidden: dense(2) }), tensor(backend, [1, 2, 3])),
    ).toThrow(
      "dense: 'hidden' takes [batch, features], got [3]; give a single feature an axis of its own, as in [batch, 1]",
    );
  });
});

function rename(parameters: TensorMap): TensorMap {
  return { weights: parameters["first/weights"]!, bias: parameters["first/bias"]! };
}
