import { bernoulli, check, checkDtype, type Layer, mul, select, type TensorType } from "@nn/core";
import { checkRate, isObject, kindOf } from "./options.ts";

/** What can be chosen for `dropout` besides its rate. */
export interface DropoutOptions {
  /**
   * Axes along which one draw holds: [1, 2] drops whole channels of images [batch, rows, columns, channels], and [1] the
   * same features at all times of sequences [batch, times, features]. Axis 0 is the batch; -1 is the last axis.
   */
  readonly sharedAxes?: readonly number[];
}

/**
 * In training, sets each element to 0 with probability `rate` and divides the others by 1 - rate, so that the mean stays
 * as it is. When predicting, it does nothing (Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting, 2014).
 *
 * ```ts
 * const model = sequential([dense(64, { activation: relu() }), dropout(0.5), dense(1)]);
 * ```
 */
export function dropout(rate: number, options: DropoutOptions = {}): Layer {
  checkRate("dropout", rate);
  check(
    isObject(options),
    () =>
      `dropout: expected options such as { sharedAxes: … }, got ${JSON.stringify(options) ?? typeof options}`,
  );
  const { sharedAxes = [], ...rest } = options;
  const [unknown] = Object.keys(rest);
  check(!unknown, () => `dropout: there is no option '${unknown}'; there are sharedAxes`);
  check(
    Array.isArray(sharedAxes) && sharedAxes.every(Number.isInteger),
    () =>
      `dropout: sharedAxes must be a list of axes such as [1, 2], got ${JSON.stringify(sharedAxes)}`,
  );
  const axes = [...sharedAxes];
  return {
    kind: kindOf("dropout"),
    config: { rate, sharedAxes: axes },
    apply(scope, x) {
      checkDtype("dropout", "float", [x]);
      const draws = drawsFor(x, axes, scope.path);
      if (!scope.training || rate === 0) return x;
      return select(bernoulli(scope.key(), 1 - rate, draws), mul(x, 1 / (1 - rate)), 0);
    },
  };
}

/** The shape of the draws: shared axes have length 1. */
function drawsFor({ shape }: TensorType, axes: readonly number[], path: string): number[] {
  const draws = [...shape];
  for (const axis of axes) {
    check(
      axis >= -shape.length && axis < shape.length,
      () => `dropout: '${path}' shares axis ${axis}, which its input [${shape.join(", ")}] has not`,
    );
    draws[axis < 0 ? axis + shape.length : axis] = 1;
  }
  return draws;
}
