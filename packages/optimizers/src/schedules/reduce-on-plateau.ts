import { check, type Schedule } from "@nn/core";
import { checkName, checkNumber, checkOptions, kindOf, show } from "../options.ts";
import { type LearningRate, toSchedule } from "../rate.ts";

const thresholdModes = ["relative", "absolute"] as const;

/** When `reduceOnPlateau` lowers the rate, and by how much. */
export interface ReduceOnPlateauOptions {
  /** What the rate is multiplied by, above 0 and below 1; 0.1 by default. */
  readonly factor?: number;
  /** Epochs without an improvement that are tolerated; in the next one the rate is lowered. 10 by default. */
  readonly patience?: number;
  /** What an improvement on the best so far has to exceed; 0.0001 by default. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best so far (`relative`, the default) or a difference (`absolute`). */
  readonly thresholdMode?: (typeof thresholdModes)[number];
  /** Epochs after a reduction that are not counted; 0 by default. */
  readonly cooldown?: number;
  /** What the rate is not lowered beyond; 0 by default. */
  readonly lowest?: number;
}

/**
 * Lowers the rate when epochs do not become better any more, as PyTorch's `ReduceLROnPlateau` does. They are compared
 * by what `fit` monitors: the validation loss, unless its option `monitor` names another figure. The rate follows from
 * these figures alone, so that a run that is resumed goes on with the same one.
 *
 * ```ts
 * const optimizer = adam({ learningRate: reduceOnPlateau(0.001, { factor: 0.5, patience: 5 }) });
 * ```
 */
export function reduceOnPlateau(
  learningRate: LearningRate,
  options: ReduceOnPlateauOptions = {},
): Schedule {
  const schedule = toSchedule("reduceOnPlateau", learningRate);
  checkOptions("reduceOnPlateau", options, [
    "factor",
    "patience",
    "threshold",
    "thresholdMode",
    "cooldown",
    "lowest",
  ]);
  const { factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "relative" } = options;
  const { cooldown = 0, lowest = 0 } = options;
  checkNumber("reduceOnPlateau: factor", factor, true);
  check(factor < 1, () => `reduceOnPlateau: factor must be below 1, got ${factor}`);
  checkNumber("reduceOnPlateau: threshold", threshold);
  checkNumber("reduceOnPlateau: lowest", lowest);
  for (const [name, epochs] of Object.entries({ patience, cooldown }))
    check(
      Number.isInteger(epochs) && epochs >= 0,
      () => `reduceOnPlateau: ${name} must be a whole number of epochs from 0, got ${show(epochs)}`,
    );
  checkName("reduceOnPlateau: thresholdMode", thresholdMode, thresholdModes);

  const isBetter = (value: number, best: number): boolean => {
    const margin = thresholdMode === "relative" ? threshold * Math.abs(best) : threshold;
    return best === Infinity ? value < best : value < best - margin;
  };
  const follow = (plateau: Plateau, value: number): void => {
    plateau.last = value;
    plateau.epochs++;
    if (isBetter(value, plateau.best)) [plateau.best, plateau.bad] = [value, 0];
    else plateau.bad++;
    if (plateau.rest > 0) [plateau.rest, plateau.bad] = [plateau.rest - 1, 0];
    if (plateau.bad > patience) {
      plateau.reductions++;
      [plateau.rest, plateau.bad] = [cooldown, 0];
    }
  };
  // A memory of what follows from lists that only grow, since a step should not go through all epochs again.
  const known = new WeakMap<readonly number[], Plateau>();
  const plateauOf = (monitored: readonly number[]): Plateau => {
    let plateau = known.get(monitored);
    const { epochs = 0, last } = plateau ?? {};
    if (!plateau || (epochs > 0 && !Object.is(monitored[epochs - 1], last)))
      known.set(
        monitored,
        (plateau = { epochs: 0, last: 0, best: Infinity, bad: 0, rest: 0, reductions: 0 }),
      );
    while (plateau.epochs < monitored.length) follow(plateau, monitored[plateau.epochs]!);
    return plateau;
  };
  return {
    kind: kindOf("reduceOnPlateau"),
    config: {
      learningRate: schedule,
      factor,
      patience,
      threshold,
      thresholdMode,
      cooldown,
      lowest,
    },
    at(progress) {
      const rate = schedule.at(progress);
      const { reductions } = plateauOf(progress.monitored);
      return Math.max(rate * factor ** reductions, Math.min(rate, lowest));
    },
  };
}

/** What is known after some epochs. */
interface Plateau {
  epochs: number;
  /** The newest figure, which tells whether the list is still the one that it was. */
  last: number;
  best: number;
  /** Epochs since the last improvement or reduction. */
  bad: number;
  /** Epochs to come that are not counted. */
  rest: number;
  reductions: number;
}
