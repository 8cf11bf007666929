import type { Backend, DType, Plugin, UpdateRule } from "@nn/core";

/** An update rule, and what is claimed of it. */
export interface OptimizerSpec {
  /** Makes the rule; each call gives another one. */
  make(): UpdateRule;
  /** What makes it again from JSON. */
  readonly plugins: readonly Plugin[];
  /** Steps on a quadratic after which the loss is a tenth of what it was; 200 by default. */
  readonly steps?: number;
  /**
   * What a gradient of zero does to a parameter in the first step: nothing (`stays`, the default), or something that
   * does not depend on the gradient, as weight decay does (`moves`).
   */
  readonly zeroGradient?: "stays" | "moves";
  /** Where to run it; the kit's reference by default. */
  readonly backend?: () => Backend | Promise<Backend>;
  /** The dtypes to test, as far as the backend has them; f32 and f64 by default. */
  readonly dtypes?: readonly DType[];
}
