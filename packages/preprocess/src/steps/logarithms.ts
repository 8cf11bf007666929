import { type Columns, parse } from "../arguments.ts";
import { each } from "../frame/column.ts";
import { mapStep } from "../map-step.ts";
import type { Step } from "../step.ts";

/**
 * Replaces columns by their logarithm to base 10. Numbers that are 0 and below are refused; see `log1p`, `yeoJohnson`.
 *
 * ```ts
 * log10("price", "sqft_living");
 * ```
 */
export function log10(...columns: readonly Columns[]): Step {
  return mapStep({
    name: "log10",
    columns: parse("log10", columns, {}).columns,
    map: () => each(Math.log10),
    inverse: () => each((value) => 10 ** value),
  });
}

/** Replaces columns by log(1 + x), which is 0 for 0. Numbers of -1 and below are refused. */
export function log1p(...columns: readonly Columns[]): Step {
  return mapStep({
    name: "log1p",
    columns: parse("log1p", columns, {}).columns,
    map: () => each(Math.log1p),
    inverse: () => each(Math.expm1),
  });
}
