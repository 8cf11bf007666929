import { check } from "@nn/core";
import { finite, parse, type StepArguments } from "../arguments.ts";
import { each } from "../frame/column.ts";
import { mapStep } from "../map-step.ts";
import type { Step } from "../step.ts";

/** What can be chosen for `clip`: one end, or both. */
export interface ClipOptions {
  readonly min?: number;
  readonly max?: number;
}

/**
 * Replaces numbers below `min` by it, and numbers above `max`. There is no way back from it: what was clipped remains so.
 *
 * ```ts
 * clip("bedrooms", { max: 8 });
 * ```
 */
export function clip(...args: StepArguments<ClipOptions>): Step {
  const { columns, options } = parse<ClipOptions>("clip", args, { min: finite, max: finite });
  const { min = -Infinity, max = Infinity } = options;
  check(
    min < max && Object.keys(options).length > 0,
    () => `clip: expected min, max or both, and min below max, got ${JSON.stringify(options)}`,
  );
  return mapStep({
    name: "clip",
    columns,
    options: { ...options },
    map: () => each((value) => Math.min(Math.max(value, min), max)),
  });
}
