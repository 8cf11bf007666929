import { check } from "@nn/core";
import type { Coded } from "../data/labels.ts";
import { shuffled } from "../data/shuffle.ts";

/**
 * The part of every row such that each part has the classes in the proportions of the whole: sizes are exact, counts
 * of a class are rounded, but to one at least. The last of the sizes belongs to rows in no part.
 */
export function assignClasses(
  name: string,
  order: Int32Array,
  { codes, values, counts }: Coded,
  sizes: readonly number[],
): Int32Array {
  const filled = sizes.slice(0, -1).filter((size) => size > 0);
  for (const [at, count] of counts.entries())
    check(
      count >= filled.length,
      () =>
        `${name}: class ${String(values[at])} has ${count} ${count === 1 ? "row" : "rows"} for ${filled.length} parts; ` +
        "every part needs one. Join it with another class, leave it out, or split without labels",
    );
  for (const size of filled)
    check(
      size >= counts.length,
      () =>
        `${name}: a part of ${size} ${size === 1 ? "row" : "rows"} cannot have one of each of ${counts.length} classes; ` +
        "make it larger, or split without labels",
    );
  const left = [...counts];
  /** For each part, how many rows it takes of each class. */
  const quotas: number[][] = [];
  let later = filled.length;
  for (const [part, size] of sizes.entries()) {
    const isRest = part === sizes.length - 1;
    if (size > 0 && !isRest) later--;
    quotas.push(size > 0 ? share(left, size, isRest ? 0 : 1, later) : counts.map(() => 0));
    for (const [at, quota] of quotas[part]!.entries()) left[at]! -= quota;
  }
  const assigned = new Int32Array(order.length);
  for (const row of order) {
    const own = codes[row]!;
    const part = quotas.findIndex((quota) => quota[own]! > 0);
    quotas[part]![own]!--;
    assigned[row] = part;
  }
  return assigned;
}

/**
 * Shares out `size` rows in proportion to what is left of each class, by the largest remainder, with at least `least`
 * of each and `kept` staying behind.
 */
function share(left: readonly number[], size: number, least: number, kept: number): number[] {
  const total = left.reduce((sum, count) => sum + count, 0);
  const ideal = left.map((count) => (count * size) / total);
  const quotas = ideal.map((want, at) =>
    Math.max(least, Math.min(Math.floor(want), left[at]! - kept)),
  );
  let missing = size - quotas.reduce((sum, quota) => sum + quota, 0);
  while (missing !== 0) {
    const step = Math.sign(missing);
    let best = -1;
    for (const [at, quota] of quotas.entries()) {
      const next = quota + step;
      if (next < least || next > left[at]! - kept) continue;
      if (best < 0 || (ideal[at]! - quota) * step > (ideal[best]! - quotas[best]!) * step)
        best = at;
    }
    quotas[best]! += step;
    missing -= step;
  }
  return quotas;
}

/** The part of every row such that groups stay whole, and sizes are near to those wanted. */
export function assignGroups(
  name: string,
  seed: number,
  { codes, counts }: Coded,
  sizes: readonly number[],
): Int32Array {
  const filled = sizes.slice(0, -1).filter((size) => size > 0).length;
  check(
    counts.length >= filled,
    () =>
      `${name}: ${counts.length} ${counts.length === 1 ? "group" : "groups"} cannot make ${filled} parts; ` +
      "make fewer parts, or split without groups",
  );
  let free = [...shuffled(counts.length, seed, -1)];
  const rest = sizes.length - 1;
  const partOf = new Int32Array(counts.length).fill(rest);
  let later = filled;
  for (const [part, size] of sizes.entries()) {
    if (size === 0 || part === rest) continue;
    later--;
    const takesAll = later === 0 && sizes[rest] === 0;
    const taken = takesAll ? free : near(free, counts, size, free.length - later);
    for (const group of taken) partOf[group] = part;
    free = free.filter((group) => partOf[group] === rest);
  }
  return codes.map((group) => partOf[group]!);
}

/** Groups that have about so many rows together: at least one of them and at most `most`. */
function near(
  free: readonly number[],
  counts: readonly number[],
  size: number,
  most: number,
): readonly number[] {
  const taken: number[] = [];
  let missing = size;
  let smallest: number | undefined;
  for (const group of free)
    if (counts[group]! <= missing && taken.length < most) {
      taken.push(group);
      missing -= counts[group]!;
    } else if (smallest === undefined || counts[group]! < counts[smallest]!) smallest = group;
  const isNearer = smallest !== undefined && counts[smallest]! - missing < missing;
  if (taken.length === 0 || (isNearer && taken.length < most)) taken.push(smallest!);
  return taken;
}
