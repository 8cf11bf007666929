import { register } from "../register.ts";
import { optimizerChecks } from "./checks.ts";
import type { OptimizerSpec } from "./spec.ts";

/**
 * Tests an update rule in f32 and f64: that it minimises a quadratic, keeps the types of its state, does the same in
 * every way it is run, takes the rate as an operand, and continues from saved state to the same bits.
 *
 * ```ts
 * testOptimizer("momentum", { make: () => momentum({ learningRate: 0.05 }), plugins });
 * ```
 */
export function testOptimizer(name: string, spec: OptimizerSpec): void {
  register(name, { optimizer: optimizerChecks(spec) }, { timeout: 120_000 });
}
