import { check } from "@nn/core";
import { isObject, show } from "../options.ts";
import { permutation } from "./permutation.ts";

/** How many rows to draw, or which ones to take. */
export type RowChoice = number | ArrayLike<number>;

/** The numbers of so many rows. */
export function allRows(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

/** The numbers of the rows to look at: all, so many that the seed draws (in their order), or those that are listed. */
export function chosenRows(
  name: string,
  rows: number,
  choice: RowChoice | undefined,
  seed: number,
): Int32Array {
  if (choice === undefined) return allRows(rows);
  if (typeof choice === "number") {
    check(
      Number.isInteger(choice) && choice > 0,
      () => `${name}: rows must be a whole number from 1 or a list of row numbers, got ${choice}`,
    );
    if (choice >= rows) return allRows(rows);
    return permutation(rows, seed, -1).slice(0, choice).sort();
  }
  check(
    isObject(choice) && choice.length > 0,
    () => `${name}: rows must be how many to draw or a list of row numbers, got ${show(choice)}`,
  );
  const numbers = Int32Array.from(choice);
  const at = numbers.findIndex((row, i) => row !== choice[i] || row < 0 || row >= rows);
  check(
    at < 0,
    () =>
      `${name}: rows must be numbers from 0 to ${rows - 1}, got ${choice[at]} at position ${at}`,
  );
  return numbers;
}
