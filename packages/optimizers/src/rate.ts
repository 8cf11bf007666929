import { type Schedule, TensorError } from "@nn/core";
import { show } from "./options.ts";
import { constant } from "./schedules/constant.ts";

/** A learning rate as people write it: a number, or a schedule for one that changes. */
export type LearningRate = number | Schedule;

/** The schedule that is meant, or an error that names the factory. */
export function toSchedule(factory: string, rate: LearningRate): Schedule {
  if (typeof rate === "object" && typeof rate?.at === "function") return rate;
  if (typeof rate === "number" && rate >= 0 && rate < Infinity) return constant(rate);
  throw new TensorError(
    `${factory}: learningRate must be a finite number from 0, or a schedule such as exponentialDecay({ … }), ` +
      `got ${show(rate)}`,
  );
}
