import type { Metric } from "@nn/core";
import type { Evaluation } from "../evaluate/figures.ts";

/** Figures by epoch: `loss`, metrics by their name, and those of the validation as `validation/loss` and so on. */
export interface History {
  readonly loss: readonly number[];
  readonly [name: string]: readonly number[];
}

/** A history that can grow. */
export type Lists = { loss: number[]; [name: string]: number[] };

/** A figure that epochs are compared by. */
export type Monitor = Pick<Metric, "name" | "better">;

/** What epochs came to so far. */
export interface Journal {
  readonly history: History;
  readonly monitor: Monitor;
  /** The monitored figure after each epoch; less is better, what should be high is negated. */
  readonly monitored: number[];
  /** The number of the best epoch so far, the first one where there are several; 0 where there is none. */
  readonly best: number;
  /** Takes in what another epoch came to. */
  record(figures: Evaluation): void;
}

/**
 * A journal without an epoch so far, or with those of a run that is resumed, whose history it takes over. `monitored` is
 * an empty list to fill.
 */
export function newJournal(
  monitor: Monitor,
  monitored: number[],
  past?: { readonly history: Lists; readonly monitored: readonly number[] },
): Journal {
  const history = past?.history ?? ({ loss: [] } as Lists);
  let best = 0;
  const add = (value: number): void => {
    monitored.push(value);
    if (isLess(value, monitored[best - 1] ?? Number.NaN)) best = monitored.length;
  };
  past?.monitored.forEach(add);
  return {
    history,
    monitor,
    monitored,
    get best() {
      return best;
    },
    record(figures) {
      const { loss, metrics } = figures;
      history.loss.push(loss);
      for (const name in metrics) (history[name] ??= []).push(metrics[name]!);
      add(valueOf(monitor, figures));
    },
  };
}

/** Whether `value` is less than `other`; every number is less than NaN. */
export function isLess(value: number, other: number): boolean {
  return value < other || (Number.isNaN(other) && !Number.isNaN(value));
}

/** The value that is monitored, negated where higher is better. */
export function valueOf({ name, better }: Monitor, { loss, metrics }: Evaluation): number {
  const value = name === "loss" ? loss : metrics[name]!;
  return better === "higher" ? -value : value;
}
