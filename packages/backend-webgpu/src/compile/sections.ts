import { operators } from "../wgsl/operators.ts";
import { isGiven, type Graph, type Loop, type Region, type Value } from "./graph.ts";

/**
 * What one kernel computes: an invocation for each element, or, of a product, for a tile of it, computes all roots at
 * this element.
 */
export interface Section {
  readonly kind: "section";
  readonly size: number;
  readonly product: Value | undefined;
  readonly roots: readonly Value[];
  /** Values that it reads from memory; true where each element is read by the invocation for the same element only. */
  readonly reads: ReadonlyMap<Value, boolean>;
}

/** A loop between sections. */
export interface LoopItem {
  readonly kind: "loop";
  readonly loop: Loop;
  readonly body: Plan;
  readonly reads: ReadonlyMap<Value, boolean>;
}

export type Item = Section | LoopItem;

/** Sections and loops of a region, by level: those of one level do not depend on each other. */
export interface Plan {
  readonly region: Region;
  readonly levels: readonly (readonly Item[])[];
}

/** Forms as few sections as possible and puts each on the first level where it can run. */
export function planSections(graph: Graph, region: Region): Plan {
  const { stored } = graph;
  const items: Item[] = [];
  const nexts = new Map<Value, Value>();
  if (region.depth > 0)
    for (const { carry, next } of loopOf(graph, region).carries) nexts.set(next, carry);
  separateCarries(stored, region, nexts);
  for (const value of region.values) {
    const isRoot = !isGiven(value) && (stored.has(value) || value.op === "copy");
    const isKept = nexts.has(value) && nexts.get(value) === value.inputs[0];
    if (!isRoot || value.size === 0 || isTransfer(value) || isKept) continue;
    const product = value.op === "matmul" ? value : undefined;
    const reads = readsOf(stored, value);
    items.push({ kind: "section", size: value.size, product, roots: [value], reads });
  }
  for (const loop of region.loops) {
    const body = planSections(graph, loop.body);
    items.push({ kind: "loop", loop, body, reads: loopReads(loop, body) });
  }
  const merged = new Merger(items, nexts).merge();
  return { region, levels: merged };
}

/** A copy from one buffer to another, which needs no kernel: WebGPU copies between different ones only. */
export function isTransfer({ op, inputs: [x], params, region }: Value): boolean {
  if (op !== "copy" || region.depth > 0) return false;
  return x!.op === "input" || (x!.op === "result" && params["isOutput"] === true);
}

function loopOf(graph: Graph, body: Region): Loop {
  const find = (region: Region): Loop | undefined => {
    for (const loop of region.loops) {
      const found = loop.body === body ? loop : find(loop.body);
      if (found) return found;
    }
    return undefined;
  };
  return find(graph.top)!;
}

/** What a root reads from memory. */
function readsOf(stored: ReadonlySet<Value>, root: Value): Map<Value, boolean> {
  const reads = new Map<Value, boolean>();
  const seen = new Map<Value, boolean>();
  const visit = (value: Value, isAligned: boolean): void => {
    value.inputs.forEach((input, i) => {
      const aligned = isAligned && keepsPlace(value, i);
      if (input.size === 0) return;
      if (isGiven(input) || stored.has(input))
        reads.set(input, aligned && (reads.get(input) ?? true));
      else if (seen.get(input) !== false && seen.get(input) !== aligned) {
        seen.set(input, aligned);
        visit(input, aligned);
      }
    });
  };
  visit(root, true);
  return reads;
}

/** Whether an element of a value is made of the element of an operand that is at the same place. */
function keepsPlace({ op, size, inputs }: Value, operand: number): boolean {
  if (op === "reshape" || (op === "scatterAdd" && operand === 0)) return true;
  return Object.hasOwn(operators, op) && inputs[operand]!.size === size;
}

function loopReads(loop: Loop, body: Plan): Map<Value, boolean> {
  const reads = new Map<Value, boolean>();
  for (const { initial } of loop.carries) reads.set(initial, false);
  for (const { source } of loop.slices) reads.set(source, false);
  for (const item of body.levels.flat())
    for (const value of item.reads.keys()) if (value.region !== loop.body) reads.set(value, false);
  return reads;
}

/**
 * The next carry is written where the last one is. Where two of them read each other, or one is made of other elements
 * than it replaces, it is computed elsewhere first.
 */
function separateCarries(
  stored: Set<Value>,
  region: Region,
  nexts: ReadonlyMap<Value, Value>,
): void {
  /** By carry: those whose next values have to be written before, because they read it. */
  const before = new Map<Value, Set<Value>>();
  const precedes = (carry: Value, other: Value, seen = new Set<Value>()): boolean => {
    if (carry === other) return true;
    if (seen.has(other)) return false;
    seen.add(other);
    return [...(before.get(other) ?? [])].some((one) => precedes(carry, one, seen));
  };
  const carries = new Set(nexts.values());
  for (const [next, carry] of nexts) {
    const [value] = next.inputs as [Value];
    if (value === carry) continue;
    const reads = readsOf(stored, next);
    const others = [...reads.keys()].filter((x) => x !== carry && carries.has(x));
    // This one is written before those that it reads are.
    const isCircular = reads.get(carry) === false || others.some((x) => precedes(x, carry));
    if (isCircular) stored.add(isGiven(value) ? insertCopy(region, next) : value);
    else for (const x of others) before.set(x, (before.get(x) ?? new Set<Value>()).add(carry));
  }
}

/** A copy between a value and what is made of it, so that both can change places. */
function insertCopy(region: Region, next: Value): Value {
  const copy: Value = { ...next, id: -next.id };
  (next as { inputs: readonly Value[] }).inputs = [copy];
  region.values.splice(region.values.indexOf(next), 0, copy);
  return copy;
}

/** Joins sections, and finds levels. */
class Merger {
  private items: Item[];
  private readonly nexts: ReadonlyMap<Value, Value>;
  /** What `followers` returned, while it is true. */
  private after: ((item: Item) => Set<Item>) | undefined;

  constructor(items: Item[], nexts: ReadonlyMap<Value, Value>) {
    this.items = items;
    this.nexts = nexts;
  }

  merge(): Item[][] {
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
    return this.levels();
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
    const after = (this.after ??= this.followers());
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

  /** What has to run after an item: what reads what it makes, and what overwrites what it reads. */
  private followers(): (item: Item) => Set<Item> {
    const { items } = this;
    const readers = new Map<Value, Item[]>();
    const writers = new Map<Value, Item>();
    for (const item of items) {
      for (const value of item.reads.keys())
        readers.set(value, [...(readers.get(value) ?? []), item]);
      for (const value of madeBy(item)) {
        const carry = this.nexts.get(value);
        if (carry) writers.set(carry, item);
      }
    }
    return (item) => {
      const after = new Set<Item>();
      for (const value of madeBy(item))
        for (const reader of readers.get(value) ?? []) after.add(reader);
      for (const value of item.reads.keys()) {
        const writer = writers.get(value);
        if (writer) after.add(writer);
      }
      after.delete(item);
      return after;
    };
  }

  private levels(): Item[][] {
    const after = this.followers();
    const waits = new Map<Item, number>(this.items.map((item) => [item, 0]));
    for (const item of this.items)
      for (const next of after(item)) waits.set(next, waits.get(next)! + 1);
    const levels: Item[][] = [];
    let ready = this.items.filter((item) => waits.get(item) === 0);
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
    if (count !== this.items.length) throw new Error("sections wait for each other");
    return levels;
  }
}

function order(value: Value): number {
  return Math.abs(value.id);
}

/** Whether a recorded kernel of somebody else's computes it, which does nothing besides. */
export function isRecorded({ product }: Section): boolean {
  return product?.params["isRecorded"] === true;
}

/** Values that an item leaves in memory. */
function madeBy(item: Item): readonly Value[] {
  if (item.kind === "section") return item.roots;
  return [...item.loop.carries, ...item.loop.stacks].map(({ result }) => result);
}
