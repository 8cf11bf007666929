import { check, type Schedule } from "@nn/core";
import { checkFlag, checkName, checkNumber, checkOptions, kindOf } from "../options.ts";
import { alongCosine } from "./cosine.ts";
import { type Duration, periodOf } from "./time.ts";

const shapes = ["cosine", "linear"] as const;

/** How high the rate goes, and how many `epochs` or `steps` the run has. */
export interface OneCycleOptions extends Duration {
  /** The rate at the peak. */
  readonly highest: number;
  /** The share of the run in which the rate rises, from 0 to 1; 0.3 by default. */
  readonly rise?: number;
  /** The rate of the first step is `highest` divided by this, from 1; 25 by default. */
  readonly startDivisor?: number;
  /** The rate of the last step is that of the first divided by this, from 1; 10,000 by default. */
  readonly endDivisor?: number;
  /** Whether it goes up and down along a cosine, the default, or in straight lines. */
  readonly shape?: (typeof shapes)[number];
  /** Whether it comes down as it went up and only then falls to the end, as in the paper; false by default. */
  readonly threePhases?: boolean;
}

/**
 * Up to a high rate and down to almost nothing, once (Smith and Topin, "Super-Convergence", 2018), as PyTorch's
 * `OneCycleLR` does it, but for the momentum, which stays as it is. After the run, the rate remains what it was in its
 * last step.
 *
 * ```ts
 * const optimizer = momentum({ learningRate: oneCycle({ highest: 0.5, epochs: 30 }) });
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const names = ["highest", "rise", "startDivisor", "endDivisor", "shape", "threePhases"];
  checkOptions("oneCycle", options, [...names, "epochs", "steps"]);
  const { highest, rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  const { shape = "cosine", threePhases = false } = options;
  checkNumber("oneCycle: highest", highest);
  checkNumber("oneCycle: rise", rise);
  checkFlag("oneCycle: threePhases", threePhases);
  const limit = threePhases ? 0.5 : 1;
  check(rise <= limit, () => {
    const reason = threePhases ? ", so that the second phase can be as long" : "";
    return `oneCycle: rise must be a share of the run, up to ${limit}${reason}, got ${rise}`;
  });
  for (const [name, divisor] of Object.entries({ startDivisor, endDivisor })) {
    checkNumber(`oneCycle: ${name}`, divisor);
    check(divisor >= 1, () => `oneCycle: ${name} must be from 1, got ${divisor}`);
  }
  checkName("oneCycle: shape", shape, shapes);
  const period = periodOf("oneCycle", options);
  const start = highest / startDivisor;
  /** Where each phase ends, as a share of the run and as a number of steps before, and at which rate. */
  const phases: readonly Phase[] = [
    { share: rise, less: 1, rate: highest },
    ...(threePhases ? [{ share: 2 * rise, less: 2, rate: start }] : []),
    { share: 1, less: 1, rate: start / endDivisor },
  ];
  return {
    kind: kindOf("oneCycle"),
    config: {
      highest,
      rise,
      startDivisor,
      endDivisor,
      shape,
      threePhases,
      [period.unit]: period.length,
    },
    at(progress) {
      const passed = period.passed(progress);
      const step = 1 / (period.length * (period.unit === "steps" ? 1 : progress.stepsPerEpoch));
      let [from, rate] = [0, start];
      for (const phase of phases) {
        const end = Math.max(from, phase.share - phase.less * step);
        if (passed < end) {
          const share = (passed - from) / (end - from);
          if (shape === "cosine") return alongCosine(rate, phase.rate, share);
          return rate + (phase.rate - rate) * share;
        }
        [from, rate] = [end, phase.rate];
      }
      return rate;
    },
  };
}

interface Phase {
  readonly share: number;
  readonly less: number;
  readonly rate: number;
}
