import { checkDtype, type Layer, type Tensor } from "@nn/core";
import { kindOf } from "../kind.ts";

/** An activation that has a kind of its own. */
export function activationOf(
  name: string,
  fn: (x: Tensor) => Tensor,
  config: Layer["config"] = {},
): Layer {
  return { kind: kindOf(name), config, apply: (_, x) => fn(x) };
}

/** One of several operations, which would say that integers are wrong for them, instead of for the activation. */
export function composedOf(
  name: string,
  fn: (x: Tensor) => Tensor,
  config?: Layer["config"],
): Layer {
  const checkedFn = (x: Tensor): Tensor => {
    checkDtype(name, "float", [x]);
    return fn(x);
  };
  return activationOf(name, checkedFn, config);
}
