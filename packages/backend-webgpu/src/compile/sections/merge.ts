import type { Value } from "../graph/graph.ts";
import { followersOf, levelsOf } from "./levels.ts";
import { isRecorded, madeBy, readersOf, type Item, type Section } from "./sections.ts";

/** Roots of a section, at most. */
const ROOTS = 32;

/**
 * Joins sections of the same size that have to do with each other. `nexts` are the carries that values overwrite;
 * sections of values that stay `apart` are left as they are.
 */
export function mergeSections(
  items: readonly Item[],
  nexts: ReadonlyMap<Value, Value>,
  apart: ReadonlySet<Value>,
): readonly Item[] {
  const merger = new Merger(items, nexts, apart);
  for (const item of items) if (item.kind === "section") merger.extend(item);
  return merger.items();
}

class Merger {
  private readonly given: readonly Item[];
  private readonly nexts: ReadonlyMap<Value, Value>;
  private readonly apart: ReadonlySet<Value>;
  private readonly readers: ReadonlyMap<Value, readonly Item[]>;
  private readonly after: (item: Item) => ReadonlySet<Item>;
  /** By value: the item that makes it, as it is now. */
  private readonly makers = new Map<Value, Item>();
  /** Where items stand among those given. */
  private readonly places = new Map<Item, number>();
  /** Items in an order in which they can run, with gaps where there were more of them. */
  private readonly order: (Item | undefined)[];
  private readonly ranks = new Map<Item, number>();

  constructor(given: readonly Item[], nexts: ReadonlyMap<Value, Value>, apart: ReadonlySet<Value>) {
    this.given = given;
    this.nexts = nexts;
    this.apart = apart;
    this.readers = readersOf(given);
    this.after = followersOf(given, nexts);
    this.order = levelsOf(given, nexts).flat();
    this.order.forEach((item, rank) => this.ranks.set(item!, rank));
    given.forEach((item, place) => {
      this.places.set(item, place);
      for (const value of madeBy(item)) this.makers.set(value, item);
    });
  }

  items(): Item[] {
    const { places } = this;
    const items = [...new Set(this.given.map((item) => this.current(item)))];
    return items.sort((a, b) => places.get(a)! - places.get(b)!);
  }

  /** Joins others to the section that has become of this one, in their order. */
  extend(given: Section): void {
    let section = this.current(given);
    if (section.product) return;
    let candidates = this.related(section, -1);
    for (let other = candidates.shift(); other; other = candidates.shift()) {
      if (section.product && other.product) continue;
      const [first, second] = section.product ? [section, other] : [other, section];
      const joined = this.mayJoin(first, second) && this.join(first, second);
      if (!joined) continue;
      section = joined;
      candidates = this.related(section, this.places.get(other)!);
    }
  }

  /** What has become of an item. */
  private current<T extends Item>(item: T): T {
    return item.kind === "loop" ? item : (this.makers.get(item.roots[0]!) as T);
  }

  /** Sections of the same size behind a place that read what this one makes or reads, or make what it reads. */
  private related(section: Section, behind: number): Section[] {
    const { places } = this;
    const others = new Set<Item>();
    const addReaders = (value: Value): void => {
      for (const reader of this.readers.get(value) ?? []) others.add(this.current(reader));
    };
    section.roots.forEach(addReaders);
    for (const [value, isAligned] of section.reads) {
      const maker = this.makers.get(value);
      if (maker) others.add(maker);
      if (isAligned) addReaders(value);
    }
    others.delete(section);
    return [...others]
      .filter((one): one is Section => one.kind === "section" && one.size === section.size)
      .filter((one) => places.get(one)! > behind)
      .sort((a, b) => places.get(a)! - places.get(b)!);
  }

  /** Whether sections have to do with each other, and an invocation reads no more than its element of what they write. */
  private mayJoin(a: Section, b: Section): boolean {
    const isRelated =
      b.roots.some((root) => a.reads.has(root)) ||
      a.roots.some((root) => b.reads.has(root)) ||
      (!a.product && [...b.reads].some(([value, isAligned]) => isAligned && a.reads.get(value)));
    const roots = [...a.roots, ...b.roots];
    if (!isRelated || isRecorded(a) || roots.length > ROOTS) return false;
    if (roots.some((root) => this.apart.has(root))) return false;
    const isAligned = ({ reads }: Section, { roots }: Section): boolean =>
      roots.every(
        (root) => (reads.get(root) ?? true) && (reads.get(this.nexts.get(root)!) ?? true),
      );
    if (!isAligned(a, b) || !isAligned(b, a)) return false;
    if (a.product && !a.roots.some((root) => b.reads.has(root))) return false;
    if (a.product && b.roots.some((root) => a.reads.has(root))) return false;
    return true;
  }

  /** Both as one section; undefined where something has to run between them. */
  private join(a: Section, b: Section): Section | undefined {
    const between = this.between(a, b);
    if (!between) return undefined;
    const roots = [...a.roots, ...b.roots].sort((x, y) => x.id - y.id);
    const reads = new Map(a.reads);
    for (const [value, isAligned] of b.reads)
      reads.set(value, isAligned && (reads.get(value) ?? true));
    for (const root of roots) reads.delete(root);
    const joined: Section = { ...a, roots, reads };
    for (const root of roots) this.makers.set(root, joined);
    this.places.set(joined, this.places.get(a)!);
    this.reorder(a, b, joined, between);
    return joined;
  }

  /**
   * What has to run after one of two sections and stands before the other in the order; undefined where some of it has
   * to run before the other one, too.
   */
  private between(a: Section, b: Section): Set<Item> | undefined {
    const { ranks } = this;
    const [from, to] = ranks.get(a)! < ranks.get(b)! ? [a, b] : [b, a];
    const last = ranks.get(to)!;
    const later = new Set<Item>();
    const open: Item[] = [from];
    for (let item = open.pop(); item; item = open.pop())
      for (const given of this.after(item)) {
        const next = this.current(given);
        if (next === to && item !== from) return undefined;
        if (next === item || later.has(next) || ranks.get(next)! >= last) continue;
        later.add(next);
        open.push(next);
      }
    return later;
  }

  /** Puts a joined section where both were, and behind it what has to run after it. */
  private reorder(a: Section, b: Section, joined: Section, after: ReadonlySet<Item>): void {
    const { ranks, order } = this;
    const [low, high] = [ranks.get(a)!, ranks.get(b)!].sort((x, y) => x - y) as [number, number];
    const window = order.slice(low, high + 1).filter((item) => item && item !== a && item !== b);
    const before = window.filter((item) => !after.has(item!));
    const moved = [...before, joined, ...window.filter((item) => after.has(item!))];
    for (let rank = low; rank <= high; rank++) {
      const item = moved[rank - low];
      order[rank] = item;
      if (item) ranks.set(item, rank);
    }
  }
}
