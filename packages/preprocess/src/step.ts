import type { Described, Json } from "@nn/core";
import type { Frame } from "./frame/frame.ts";

/**
 * One step of a pipeline, as a plain value. What it learns from training rows is JSON, apart from the step: the same step
 * may be fitted any number of times.
 */
export interface Step extends Described {
  /** Looks at training rows, and returns what is to be remembered of them. */
  fit(frame: Frame): Json;
  /** The step that remembers `state`. Throws where that cannot have come from `fit`: files may hold anything. */
  fitted(state: Json): FittedStep;
}

/** A step that has seen training rows. */
export interface FittedStep {
  /** Keeps rows and their order. Columns that the frame lacks are left out, with everything made of them. */
  transform(frame: Frame): Frame;
  /** What the rows it was fitted on become, where that is something else: rows may go here. */
  train?(frame: Frame): Frame;
  /** The way back, for the columns that are there. */
  revert?(frame: Frame): Frame;
}
