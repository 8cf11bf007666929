import { register } from "../register.ts";
import type { Check } from "../check.ts";
import { layerChecks } from "./checks.ts";
import type { LayerSpec } from "./spec.ts";

/**
 * Tests a layer: what it declares, what it computes for several batch sizes, its gradients by the input and by all
 * parameters against finite differences in f64, how it uses state and random numbers in training and leaves them alone
 * when predicting, sharing, and its way through JSON.
 *
 * ```ts
 * testLayer("dense", {
 *   make: () => dense(4, { activation: tanh() }),
 *   input: { shape: [3] },
 *   plugins,
 * });
 * ```
 */
export function testLayer(name: string, spec: LayerSpec): void {
  register(name, { layer: layerChecks(spec) as readonly Check[] }, { timeout: 120_000 });
}
