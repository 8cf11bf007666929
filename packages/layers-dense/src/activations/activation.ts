import type { ConfigValue, Layer, Tensor } from "@nn/core";
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
  // A config holds what the factory was given; `encode` names the function as the reason why it cannot go on.
  const config = { fn: fn as unknown as ConfigValue };
  return { kind: kindOf("activation"), config, apply: (_, x) => fn(x) };
}

/** An activation that has a kind of its own. */
export function activationOf(
  name: string,
  fn: (x: Tensor) => Tensor,
  config: Layer["config"] = {},
): Layer {
  return { kind: kindOf(name), config, apply: (_, x) => fn(x) };
}
