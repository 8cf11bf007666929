import { check, type Progress } from "@nn/core";
import { checkNumber } from "../options.ts";

/** How long something takes: either in epochs, of which fractions count, or in steps. */
export interface Duration {
  /** Passes over the data, above 0. */
  readonly epochs?: number;
  /** Updates of the parameters, above 0. */
  readonly steps?: number;
}

/** The unit that times are given in. */
export type Unit = keyof Duration;

/** A duration that has been checked. */
export interface Period {
  readonly unit: Unit;
  readonly length: number;
  /** How many periods have passed since the run began, with the fraction of the current one. */
  passed(progress: Progress): number;
}

/** The unit that was chosen, or an error that names the schedule. */
export function unitOf(schedule: string, options: { readonly [unit in Unit]?: unknown }): Unit {
  const given = (["epochs", "steps"] as const).filter((unit) => options[unit] !== undefined);
  const [unit] = given;
  check(
    unit && given.length === 1,
    () => `${schedule}: give either epochs or steps, got ${unit ? "both" : "neither"}`,
  );
  return unit;
}

/** The period that was chosen, or else the `standard` one, or an error that names the schedule. */
export function periodOf(schedule: string, options: Duration, standard?: Duration): Period {
  const isOpen = options.epochs === undefined && options.steps === undefined;
  const given = isOpen && standard ? standard : options;
  const unit = unitOf(schedule, given);
  const length = given[unit]!;
  checkNumber(`${schedule}: ${unit}`, length, true);
  return { unit, length, passed: (progress) => timeOf(progress, unit) / length };
}

/** The time since the run began. */
export function timeOf({ epoch, step }: Progress, unit: Unit): number {
  return unit === "epochs" ? epoch : step;
}

/** How many periods have passed as a whole. It forgives what rounding takes off, as in 0.3 / 0.1. */
export function whole(passed: number): number {
  return Math.floor(passed + 1e-9);
}
