import type { Metric } from "@nn/core";
import type { AnyOptions } from "../options.ts";

/** The figure that epochs and folds are compared by. */
export interface Monitor {
  /** As histories call it, such as `validation/r2`. */
  readonly path: string;
  /** As it is called over folds, such as `r2`. */
  readonly name: string;
  readonly better: Metric["better"];
}

/** The figure that is monitored. */
export function monitorOf(options: Pick<AnyOptions, "metrics" | "monitor">): Monitor {
  const { metrics = [], monitor: path = "validation/loss" } = options;
  const name = path.replace(/^validation\//, "");
  return { path, name, better: metrics.find((own) => own.name === name)?.better ?? "lower" };
}
