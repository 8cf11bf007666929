import type { Value } from "../graph/graph.ts";
import { madeBy, readersOf, type Item } from "./sections.ts";

/**
 * Tells what has to run after an item: what reads what it makes, and what overwrites what it reads. `nexts` are the
 * carries that values overwrite. It is found once for each item.
 */
export function followersOf(
  items: readonly Item[],
  nexts: ReadonlyMap<Value, Value>,
): (item: Item) => ReadonlySet<Item> {
  const readers = readersOf(items);
  const writers = new Map<Value, Item>();
  for (const item of items)
    for (const value of madeBy(item)) {
      const carry = nexts.get(value);
      if (carry) writers.set(carry, item);
    }
  const known = new Map<Item, ReadonlySet<Item>>();
  return (item) => {
    const before = known.get(item);
    if (before) return before;
    const after = new Set<Item>();
    for (const value of madeBy(item))
      for (const reader of readers.get(value) ?? []) after.add(reader);
    for (const value of item.reads.keys()) {
      const writer = writers.get(value);
      if (writer) after.add(writer);
    }
    after.delete(item);
    known.set(item, after);
    return after;
  };
}

/** Items by the first level on which they can run. */
export function levelsOf(items: readonly Item[], nexts: ReadonlyMap<Value, Value>): Item[][] {
  const after = followersOf(items, nexts);
  const waits = new Map<Item, number>(items.map((item) => [item, 0]));
  for (const item of items) for (const next of after(item)) waits.set(next, waits.get(next)! + 1);
  const levels: Item[][] = [];
  let ready = items.filter((item) => waits.get(item) === 0);
  let count = 0;
  while (ready.length > 0) {
    levels.push(ready);
    count += ready.length;
    const next: Item[] = [];
    for (const item of ready)
      for (const follower of after(item)) {
        const left = waits.get(follower)! - 1;
        waits.set(follower, left);
        if (left === 0) next.push(follower);
      }
    ready = next;
  }
  if (count !== items.length) throw new Error("sections wait for each other");
  return levels;
}
