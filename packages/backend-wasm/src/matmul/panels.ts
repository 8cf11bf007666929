import type { Code, Int } from "../assembler/index.ts";
import { numbers, type Float } from "../vectors.ts";

/** Panels of columns that are alike: `count` of `width` columns each, from column `start` on. */
export interface Panels {
  readonly start: number;
  readonly width: number;
  readonly count: number;
  /** The number of the first of them. */
  readonly first: number;
  /** Where they begin when panels are stored one behind the other, in columns, and how wide they are there. */
  readonly stored: { readonly start: number; readonly width: number };
}

/** Divides columns into panels of a number of vectors; what remains at the end, into narrower ones. */
export function dividePanels(dtype: Float, columns: number, vectors: number): readonly Panels[] {
  const lanes = numbers[dtype].lanes;
  const groups: Panels[] = [];
  let start = 0;
  const add = (width: number, count: number): void => {
    const last = groups.at(-1);
    const stored = {
      start: last ? last.stored.start + last.count * last.stored.width : 0,
      width: Math.ceil(width / lanes) * lanes,
    };
    groups.push({ start, width, count, first: last ? last.first + last.count : 0, stored });
    start += width * count;
  };
  for (let width = vectors * lanes; width >= 2 * lanes; width /= 2) {
    const count = Math.floor((columns - start) / width);
    if (count > 0) add(width, count);
  }
  if (start < columns) add(columns - start, 1);
  return groups;
}

export function panelCount(groups: readonly Panels[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}

/** The columns of all panels as they are stored. */
export function storedColumns(groups: readonly Panels[]): number {
  return groups.reduce((total, { count, stored }) => total + count * stored.width, 0);
}

/** Writes code for the group that a panel is in. */
export function forGroupOf(
  code: Code,
  groups: readonly Panels[],
  panel: Int,
  write: (group: Panels) => void,
): void {
  for (const group of groups) {
    if (groups.length === 1) write(group);
    else {
      code.int(panel).i32(group.first).op("i32.sub").i32(group.count).op("i32.lt_u");
      code.when(() => write(group));
    }
  }
}
