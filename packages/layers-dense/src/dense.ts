import { add, check, type Layer, matmul, type ParameterOptions, type UpdateRule } from "@nn/core";
import { glorotUniform } from "./initializers/glorot.ts";
import { kindOf } from "./kind.ts";
import { checked, checkValue, flag, isObject, layer, parameter, positiveWhole } from "./options.ts";

/** What can be chosen for a dense layer besides its number of units. */
export interface DenseOptions {
  /** A layer that is applied to the result, such as `relu()`. */
  readonly activation?: Layer;
  /** How the weights start and train; `glorotUniform()` by default. */
  readonly weights?: ParameterOptions;
  /** How the bias starts and trains; zeros by default. `false` leaves it out. */
  readonly bias?: boolean | ParameterOptions;
  /** Whether weights and bias train, where their own options do not say; true by default. */
  readonly trainable?: boolean;
  /** The update rule of weights and bias, where their own options have none. */
  readonly optimizer?: UpdateRule;
}

/**
 * A fully connected layer: x · weights + bias, of shape [..., inputs] · [inputs, units] + [units], then the
 * activation. The last axis of the input holds the features; the axes before it are all treated alike.
 *
 * ```ts
 * const hidden = dense(16, { activation: relu(), weights: { initializer: heNormal() } });
 * ```
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  checkValue("dense: units", units, positiveWhole);
  const { activation, weights, bias, ...common } = checked("dense", options, {
    activation: layer,
    weights: [isObject, "an object"],
    bias: [(value) => typeof value === "boolean" || isObject(value), "true, false or an object"],
    trainable: flag,
    optimizer: parameter.optimizer,
  });
  // `Object` makes an object without options of a bool and of undefined.
  const weightOptions: ParameterOptions = {
    initializer: glorotUniform(),
    ...common,
    ...checked("dense: weights", Object(weights), parameter),
  };
  const biasOptions: ParameterOptions = {
    ...common,
    ...checked("dense: bias", Object(bias), parameter),
  };
  return {
    kind: kindOf("dense"),
    config: { units, ...(options as object) },
    apply(scope, x) {
      const inputs = x.shape.slice(1).at(-1);
      check(
        inputs,
        () =>
          `dense: '${scope.path}' takes [batch, features], got [${x.shape}]; ` +
          "give a single feature an axis of its own, as in [batch, 1]",
      );
      let y = matmul(x, scope.parameter("weights", [inputs, units], weightOptions));
      if (bias !== false) y = add(y, scope.parameter("bias", [units], biasOptions));
      return activation ? scope.apply("activation", activation, y) : y;
    },
  };
}
