import { check } from "@nn/core";
import { checkKnown } from "../check-options.ts";
import type { Labels } from "../data/labels.ts";

/** How `splitRows` and `splitData` divide rows. At most one of `labels`, `groups` and `times` can be given. */
export interface SplitOptions {
  /** For training: a fraction of all rows (below 1) or a number of them (from 1); by default what the others leave. */
  readonly train?: number;
  /** To validate on while training: a fraction or a number of rows; none by default. */
  readonly validation?: number;
  /** To judge the final model by: a fraction or a number of rows; none by default. */
  readonly test?: number;
  /** Fixes which rows are drawn; 0 by default. */
  readonly seed?: number;
  /** The class of every row: each part has classes in the same proportions, and all of them. */
  readonly labels?: Labels;
  /** What every row belongs to (a patient, a house): rows of a group stay together, sizes are as near as that allows. */
  readonly groups?: Labels;
  /**
   * When every row was: the oldest rows are for training, the newest for the test. Numbers, dates, or strings that sort
   * as times do, such as ISO dates; `true` where rows are in the order of time already.
   */
  readonly times?: true | ArrayLike<number | string | Date>;
  /** With `times`: how many rows are left out before each later part, so that neighbours are not in two; 0 by default. */
  readonly gap?: number;
}

/** Numbers of rows; `rest` are in no part. */
export interface Sizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly rest: number;
}

const known = ["test", "validation", "train", "seed", "labels", "groups", "times", "gap"];

/** Checks the options of a split, and says how many rows every part is to have. */
export function sizesOf(name: string, rows: number, options: SplitOptions): Sizes {
  check(
    Number.isSafeInteger(rows) && rows > 0,
    () => `${name}: expected a number of rows, from 1, got ${String(rows)}`,
  );
  checkKnown(name, options, known);
  const { train, validation, test, seed = 0, gap = 0 } = options;
  const ways = (["labels", "groups", "times"] as const).filter((way) => options[way] !== undefined);
  check(ways.length < 2, () => `${name}: choose one of ${ways.join(" and ")}`);
  check(
    Number.isSafeInteger(seed),
    () => `${name}: seed must be a whole number, got ${String(seed)}`,
  );
  check(
    Number.isSafeInteger(gap) && gap >= 0,
    () => `${name}: gap must be a whole number of rows from 0, got ${String(gap)}`,
  );
  check(gap === 0 || options.times, () => `${name}: a gap needs the order of times`);
  check(
    validation !== undefined || test !== undefined,
    () => `${name}: expected the size of a part, as in { validation: 0.2 } or { test: 0.2 }`,
  );
  const sizeOf = (part: "train" | "validation" | "test"): number => {
    const wanted = options[part];
    if (wanted === undefined) return 0;
    check(
      typeof wanted === "number" && wanted > 0 && (wanted < 1 || Number.isSafeInteger(wanted)),
      () =>
        `${name}: ${part} must be a fraction between 0 and 1 or a whole number of rows, got ${String(wanted)}`,
    );
    return wanted < 1 ? Math.max(1, Math.round(wanted * rows)) : wanted;
  };
  const sizes = { train: sizeOf("train"), validation: sizeOf("validation"), test: sizeOf("test") };
  const gaps = gap * (Number(sizes.validation > 0) + Number(sizes.test > 0));
  const left = rows - gaps - sizes.validation - sizes.test;
  const isAll = Math.abs((train ?? 0) + (validation ?? 0) + (test ?? 0) - 1) < 1e-9;
  // Fractions that add up to 1 mean all rows, however they are rounded.
  if (train === undefined || (isAll && [train, validation, test].every((part) => (part ?? 0) < 1)))
    sizes.train = left;
  check(
    sizes.train > 0 && sizes.train <= left,
    () =>
      `${name}: ${rows} rows cannot be divided into ${sizes.train > 0 ? `train ${sizes.train}` : "train (at least 1)"}, ` +
      `validation ${sizes.validation} and test ${sizes.test}${gaps ? `, with ${gaps} left out between them` : ""}; ` +
      "make the parts smaller",
  );
  return { ...sizes, rest: left - sizes.train };
}
