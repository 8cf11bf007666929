import { check } from "@nn/core";
import { kindOf } from "../kind.ts";
import { splitOf } from "./split-of.ts";
import type { Splitter } from "./splitter.ts";

/**
 * One fold per row, which is held back alone; for small data. Figures such as R² are not defined for a single row: look
 * at those of all predictions together, `result.outOfFold.metrics`.
 *
 * ```ts
 * await kFold({ folds: leaveOneOut(), ...options });
 * ```
 */
export function leaveOneOut(): Splitter {
  return {
    kind: kindOf("leaveOneOut"),
    config: {},
    split({ rows }) {
      check(rows >= 2, () => `leaveOneOut: expected at least 2 rows, got ${rows}`);
      return Array.from({ length: rows }, (_, row) => splitOf(rows, [row]));
    },
  };
}
