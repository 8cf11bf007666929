import type { Value } from "./graph.ts";
import { followersOf } from "./levels.ts";
import { isRecorded, type Item, type Section } from "./sections.ts";

/** Joins sections of the same size that have to do with each other. `nexts` are the carries that values overwrite. */
export function mergeSections(items: Item[], nexts: ReadonlyMap<Value, Value>): Item[] {
  return new Merger(items, nexts).merge();
}

class Merger {
  private items: Item[];
  private readonly nexts: ReadonlyMap<Value, Value>;
  /** What `followersOf` returned, while it is true. */
  private after: ((item: Item) => Set<Item>) | undefined;

  constructor(items: Item[], nexts: ReadonlyMap<Value, Value>) {
    this.items = items;
    this.nexts = nexts;
  }

  merge(): Item[] {
    const all = this.items;
    for (const item of all) {
      if (item.kind === "loop") continue;
      const found = this.items.find(
        (one) => one.kind === "section" && one.roots.includes(item.roots[0]!),
      );
      let own = found as Section;
      if (own.product) continue;
      const others = this.items;
      for (const other of others) {
        const isOther = other.kind === "section" && other !== own && this.items.includes(other);
        if (!isOther || other.size !== own.size) continue;
        if (own.product && other.product) continue;
        const [first, second] = own.product ? [own, other] : [other, own];
        if (this.mayJoin(first, second)) own = this.join(first, second);
      }
    }
    return this.items;
  }

  /** Whether sections have to do with each other, and nothing has to run between them. */
  private mayJoin(a: Section, b: Section): boolean {
    const isRelated =
      b.roots.some((root) => a.reads.has(root)) ||
      a.roots.some((root) => b.reads.has(root)) ||
      (!a.product && [...b.reads].some(([value, isAligned]) => isAligned && a.reads.get(value)));
    if (!isRelated || isRecorded(a) || a.roots.length + b.roots.length > 32) return false;
    const isAligned = ({ reads }: Section, { roots }: Section): boolean =>
      roots.every(
        (root) => (reads.get(root) ?? true) && (reads.get(this.nexts.get(root)!) ?? true),
      );
    if (!isAligned(a, b) || !isAligned(b, a)) return false;
    if (a.product && a.roots.some((root) => b.reads.has(root)) === false) return false;
    if (a.product && b.roots.some((root) => a.reads.has(root))) return false;
    return !this.isBetween(a, b) && !this.isBetween(b, a);
  }

  private join(a: Section, b: Section): Section {
    const roots = [...a.roots, ...b.roots].sort((x, y) => order(x) - order(y));
    const reads = new Map(a.reads);
    for (const [value, isAligned] of b.reads)
      reads.set(value, isAligned && (reads.get(value) ?? true));
    for (const root of roots) reads.delete(root);
    const joined: Section = { ...a, roots, reads };
    this.after = undefined;
    this.items = this.items
      .filter((item) => item !== b)
      .map((item) => (item === a ? joined : item));
    return joined;
  }

  /** Whether a third item has to run after the one and before the other. */
  private isBetween(from: Item, to: Item): boolean {
    const after = (this.after ??= followersOf(this.items, this.nexts));
    const open = [...after(from)].filter((item) => item !== to);
    const seen = new Set(open);
    for (let item = open.pop(); item; item = open.pop())
      for (const next of after(item)) {
        if (next === to) return true;
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    return false;
  }
}

function order(value: Value): number {
  return Math.abs(value.id);
}
