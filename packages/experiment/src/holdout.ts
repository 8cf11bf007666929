import { check } from "@nn/core";
import { shuffled } from "@nn/trainer";
import { splitOf, type Splitter } from "@nn/trainer-kfold";
import { kindOf } from "./kind.ts";
import { shown } from "./read/shown.ts";

/** What can be chosen for `holdout`. */
export interface HoldoutOptions {
  /** The part of all rows that is held back, above 0 and below 1; 0.2 by default. */
  readonly share?: number;
  /** Whether the rows are drawn at random; true by default. Without it, they are the last ones. */
  readonly shuffle?: boolean;
}

/**
 * A single fold, which is judged on a part of the rows and trained on all others; where folds take too long.
 *
 * ```ts
 * await kFold({ folds: holdout({ share: 0.1 }), ...options });
 * ```
 */
export function holdout(options: HoldoutOptions = {}): Splitter {
  check(
    typeof options === "object" && options !== null,
    () => `holdout: expected options such as { share: 0.2 }, got ${shown(options)}`,
  );
  const { share = 0.2, shuffle = true, ...others } = options;
  const [unknown] = Object.keys(others);
  check(
    unknown === undefined,
    () => `holdout: there is no option '${unknown}'; there are share, shuffle`,
  );
  check(
    typeof share === "number" && share > 0 && share < 1,
    () => `holdout: share must be a number above 0 and below 1, got ${shown(share)}`,
  );
  check(
    typeof shuffle === "boolean",
    () => `holdout: shuffle must be true or false, got ${shown(shuffle)}`,
  );
  return {
    kind: kindOf("holdout"),
    config: { share, shuffle },
    split({ rows, seed }) {
      check(rows >= 2, () => `holdout: expected at least 2 rows, got ${rows}`);
      const held = Math.min(Math.max(Math.round(rows * share), 1), rows - 1);
      const order = shuffle
        ? shuffled(rows, seed, 0)
        : Int32Array.from({ length: rows }, (_, row) => row);
      return [splitOf(rows, order.subarray(rows - held))];
    },
  };
}
