import { add, type Layer, normal, sequential } from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";

/** A model with a layer that draws random numbers at every step and counts its steps in its state. */
export function noisyModel(): Layer {
  const noise: Layer = {
    kind: "@nn/trainer/test#noise",
    config: {},
    apply(scope, x) {
      const steps = scope.state("steps", []);
      scope.setState("steps", add(steps, 1));
      return scope.training
        ? add(x, normal(scope.key(), x.shape, { dtype: x.dtype, deviation: 0.1 }))
        : x;
    },
  };
  return sequential({ hidden: dense(3, { activation: tanh() }), noise, output: dense(1) });
}
