import type { Schedule } from "@nn/core";
import { checkNumber, kindOf } from "../options.ts";

/**
 * The same rate throughout; what a plain number stands for.
 *
 * ```ts
 * const optimizer = sgd({ learningRate: constant(0.1) }); // as sgd({ learningRate: 0.1 })
 * ```
 */
export function constant(rate: number): Schedule {
  checkNumber("constant: rate", rate);
  return { kind: kindOf("constant"), config: { rate }, at: () => rate };
}
