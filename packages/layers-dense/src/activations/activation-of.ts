import type { Layer, Tensor } from "@nn/core";
import { kindOf } from "../kind.ts";

/** An activation that has a kind of its own. */
export function activationOf(
  name: string,
  fn: (x: Tensor) => Tensor,
  config: Layer["config"] = {},
): Layer {
  return { kind: kindOf(name), config, apply: (_, x) => fn(x) };
}
