import { check, type ConfigValue, isTensor, type Layer, type Tensor } from "@nn/core";
import { kindOf } from "../kind.ts";

/**
 * A layer without parameters from a function of your own, which may use any of the kernel's functions. It trains like
 * every layer, but it has no JSON form: `encode` refuses it. For a layer that can be saved, write a `Layer` with a
 * kind, and a plugin for it.
 *
 * ```ts
 * const model = sequential([dense(8), activation((x) => sin(x)), dense(1)]);
 * ```
 */
export function activation(fn: (x: Tensor) => Tensor): Layer {
  check(
    typeof fn === "function",
    () => `activation: expected a function of a tensor, as in (x) => sin(x), got ${typeof fn}`,
  );
  // A config holds what the factory was given; `encode` names the function as the reason why it cannot go on.
  const config = { fn: fn as unknown as ConfigValue };
  return {
    kind: kindOf("activation"),
    config,
    apply(scope, x) {
      const y = fn(x);
      check(
        isTensor(y),
        () =>
          `activation: the function of '${scope.path}' must return a tensor, got ${typeof y}; ` +
          "a layer such as relu() stands by itself",
      );
      return y;
    },
  };
}
