import {
  add,
  check,
  div,
  isTensor,
  lessEqual,
  log,
  type Loss,
  maximum,
  mul,
  sameShape,
  showType,
  square,
  stopGradient,
  sub,
  type Tensor,
} from "@nn/core";
import { likePrediction } from "./like-prediction.ts";
import { perExample } from "./per-example.ts";
import { checkNumber, checkOptions, kindOf } from "./options.ts";
import { orNaN } from "./or-nan.ts";

/** A normal distribution for each output. */
export type Gaussian = { readonly mean: Tensor; readonly variance: Tensor };

/** What can be chosen for `gaussianNll`. */
export interface GaussianNllOptions {
  /** What smaller variances are taken for, above 0; 1e-6 by default. */
  readonly minVariance?: number;
}

/**
 * The negative log-likelihood of targets under the normal distributions that a model predicts: (log variance +
 * (target - mean)² / variance) / 2, as the mean over an example's outputs (Nix and Weigend, "Estimating the mean and
 * variance of the target probability distribution", 1994). What is constant is left out, so that it may be negative.
 *
 * The prediction is a tree of `mean` and `variance`, each shaped as the target. Variances are not negative, as after
 * softplus; a negative one makes the loss NaN. Those below `minVariance` count as that much, but still get a gradient.
 *
 * ```ts
 * const model = graph<Tensor, Gaussian>({
 *   nodes: {
 *     hidden: { layer: dense(16, { activation: tanh() }), from: "input" },
 *     mean: { layer: dense(1), from: "hidden" },
 *     variance: { layer: dense(1, { activation: softplus() }), from: "hidden" },
 *   },
 *   output: { mean: "mean", variance: "variance" },
 * });
 * await fit({ model, data, loss: gaussianNll(), optimizer: adam(), epochs: 100, backend });
 * ```
 */
export function gaussianNll(options: GaussianNllOptions = {}): Loss<Gaussian> {
  checkOptions("gaussianNll", options, ["minVariance"]);
  const { minVariance = 1e-6 } = options;
  checkNumber("gaussianNll: minVariance", minVariance, true);
  return {
    kind: kindOf("gaussianNll"),
    config: { minVariance },
    values(prediction, target) {
      const { mean, variance } = prediction;
      check(
        isTensor(mean) && isTensor(variance),
        () =>
          `gaussianNll: the prediction is ${isTensor(prediction) ? "a tensor" : `a tree of ${Object.keys(prediction)}`}, ` +
          "expected { mean, variance }; let a `graph` have these two outputs",
      );
      check(
        sameShape(mean.shape, variance.shape),
        () =>
          `gaussianNll: the mean is ${showType(mean)}, the variance ${showType(variance)}; expected one of each for every ` +
          "value that a target has",
      );
      const distance = sub(likePrediction("gaussianNll", mean, target), mean);
      const missing = stopGradient(maximum(sub(minVariance, variance), 0));
      const valid = add(variance, orNaN(lessEqual(0, variance), missing, "check variance"));
      return perExample(mul(add(log(valid), div(square(distance), valid)), 0.5));
    },
  };
}
