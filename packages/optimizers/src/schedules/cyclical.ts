import { check, type Schedule } from "@nn/core";
import { checkName, checkNumber, checkOptions, kindOf } from "../options.ts";
import { type Duration, periodOf, whole } from "./time.ts";

const modes = ["triangular", "triangular2", "expRange"] as const;

/** What the rate goes to and fro between, and how many `epochs` or `steps` a whole cycle takes. */
export interface CyclicalOptions extends Duration {
  /** The rate at the start of a cycle. */
  readonly lowest: number;
  /** The rate at the peak of the first cycle. */
  readonly highest: number;
  /** The share of the cycle in which the rate rises, above 0 and up to 1; 0.5 by default. */
  readonly rise?: number;
  /**
   * Whether peaks stay as they are (`triangular`, the default), come down to half of their height from cycle to cycle
   * (`triangular2`), or come down by `factor` all the time (`expRange`).
   */
  readonly mode?: (typeof modes)[number];
  /** What the height above `lowest` is multiplied by in each epoch or step, the unit of the cycle, in `expRange`. */
  readonly factor?: number;
}

/**
 * Straight up and straight down again (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017).
 *
 * ```ts
 * const optimizer = sgd({ learningRate: cyclical({ lowest: 0.001, highest: 0.1, epochs: 8, mode: "triangular2" }) });
 * ```
 */
export function cyclical(options: CyclicalOptions): Schedule {
  const names = ["lowest", "highest", "rise", "mode", "factor", "epochs", "steps"];
  checkOptions("cyclical", options, names);
  const { lowest, highest, rise = 0.5, mode = "triangular", factor } = options;
  checkNumber("cyclical: lowest", lowest);
  checkNumber("cyclical: highest", highest);
  check(highest >= lowest, () => `cyclical: highest is ${highest}, below lowest, ${lowest}`);
  checkNumber("cyclical: rise", rise, true);
  check(rise <= 1, () => `cyclical: rise must be a share of the cycle, up to 1, got ${rise}`);
  checkName("cyclical: mode", mode, modes);
  if (mode === "expRange" || factor !== undefined) checkNumber("cyclical: factor", factor);
  check(
    mode === "expRange" || factor === undefined,
    () => `cyclical: factor is for mode 'expRange'; mode '${mode}' has none`,
  );
  const period = periodOf("cyclical", options);
  return {
    kind: kindOf("cyclical"),
    config: { lowest, highest, rise, mode, factor, [period.unit]: period.length },
    at(progress) {
      const passed = period.passed(progress);
      const cycle = whole(passed);
      const share = Math.max(0, passed - cycle);
      const height = share <= rise ? share / rise : (1 - share) / (1 - rise);
      let scale = 1;
      if (mode === "triangular2") scale = 0.5 ** cycle;
      if (mode === "expRange") scale = factor! ** (passed * period.length);
      return lowest + (highest - lowest) * height * scale;
    },
  };
}
