import { check } from "@nn/core";
import type { Split } from "./splitter.ts";

/**
 * The split that judges by these rows and trains on all others, for writers of splitters.
 *
 * ```ts
 * splitOf(5, [1, 3]); // trains on rows 0, 2 and 4
 * ```
 */
export function splitOf(rows: number, validation: Iterable<number>): Split {
  const isHeld = new Uint8Array(rows);
  for (const row of validation) {
    check(
      Number.isInteger(row) && row >= 0 && row < rows,
      () => `splitOf: there is no row ${row} among ${rows} rows`,
    );
    isHeld[row] = 1;
  }
  const numbers = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    train: numbers.filter((row) => isHeld[row] === 0),
    validation: numbers.filter((row) => isHeld[row] === 1),
  };
}

/** One split per fold, from the fold in which each row is held back. */
export function splitsOf(folds: number, foldOf: ArrayLike<number>): readonly Split[] {
  const members = Array.from({ length: folds }, (): number[] => []);
  for (let row = 0; row < foldOf.length; row++) members[foldOf[row]!]!.push(row);
  return members.map((validation) => splitOf(foldOf.length, validation));
}
