import { check, isTensor } from "@nn/core";
import type { ShapedArray } from "./data.ts";
import { isShaped } from "./rows-tree.ts";

/**
 * What every row belongs to: numbers, strings or other values, one a row; rows of one value; or one-hot rows, which
 * belong to the class whose number is the place of their 1. Targets on the host can be passed as they are.
 */
export type Labels = ArrayLike<unknown> | ShapedArray;

/** Labels by the numbers of the values that they have, in the order in which values first appear. */
export interface Coded {
  readonly codes: Int32Array;
  readonly values: readonly unknown[];
  /** Rows of each value. */
  readonly counts: readonly number[];
}

/** Numbers the values of labels. */
export function code(name: string, labels: Labels, rows?: number): Coded {
  check(
    !isTensor(labels),
    () => `${name}: expected values on the host, got a tensor; pass \`await tensor.read()\``,
  );
  const count = isShaped(labels) ? labels.shape[0] : (labels as ArrayLike<unknown> | null)?.length;
  check(
    typeof labels === "object" && count !== undefined,
    () => `${name}: expected one value a row, got ${String(labels)}`,
  );
  check(
    rows === undefined || count === rows,
    () => `${name}: there are ${count} of them for ${rows} rows; give every row one`,
  );
  const known = new Map<unknown, number>();
  const counts: number[] = [];
  const codes = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const value = labelOf(name, labels, row);
    let at = known.get(value);
    if (at === undefined) known.set(value, (at = known.size));
    codes[row] = at;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { codes, values: [...known.keys()], counts };
}

function labelOf(name: string, labels: Labels, row: number): unknown {
  let value: unknown;
  if (isShaped(labels)) {
    const width = labels.data.length / labels.shape[0]!;
    check(
      Number.isInteger(width),
      () =>
        `${name}: shape [${labels.shape.join(", ")}] does not hold the ${labels.data.length} elements`,
    );
    value = labels.data.subarray(row * width, (row + 1) * width);
  } else value = labels[row];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const parts = value as ArrayLike<unknown>;
    value = parts.length === 1 ? parts[0] : placeOfOne(name, parts, row);
  }
  // Dates that are equal are still two objects.
  const own = typeof value === "object" ? value?.valueOf() : value;
  check(
    own !== undefined && own !== null && !Number.isNaN(own),
    () => `${name}: row ${row} has ${String(value)}; give every row a value`,
  );
  check(
    typeof own !== "object",
    () =>
      `${name}: row ${row} has an object, which is like no other; give every row a number, a string or a date`,
  );
  return own;
}

function placeOfOne(name: string, parts: ArrayLike<unknown>, row: number): number {
  let at = -1;
  let isOneHot = true;
  for (let i = 0; i < parts.length; i++)
    if (Number(parts[i]) === 1 && at < 0) at = i;
    else isOneHot &&= Number(parts[i]) === 0;
  check(
    isOneHot && at >= 0,
    () =>
      `${name}: row ${row} has several values, [${Array.from(parts)}], and is not one-hot; give every row one value`,
  );
  return at;
}
