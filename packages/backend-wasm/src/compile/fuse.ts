import { sameShape } from "@nn/core";
import type { Graph, Node, NodeKind } from "./graph.ts";
import { products } from "./product.ts";
import { broadcastView, isPacked, matrixStrides } from "./view.ts";

/** Which nodes depend on which, for questions about groups of them. */
export class Dependencies {
  readonly graph: Graph;
  /** The node that makes a value, by the value's number. */
  readonly producers: readonly (number | undefined)[];
  /** By node: the values in memory that it reads. */
  readonly roots: readonly (readonly number[])[];
  /** By value: the nodes that read it. */
  readonly readers: readonly (readonly number[] | undefined)[];
  private readonly consumers: readonly Set<number>[];
  private readonly extra = new Map<number, number[]>();
  /** By node: all members of its group. */
  private readonly groups: (readonly number[])[];
  /** By node: the search that it was last met in, and how many searches there were. */
  private readonly seen: Int32Array;
  private turn = 0;

  constructor(graph: Graph) {
    this.graph = graph;
    const producers: number[] = [];
    graph.nodes.forEach(({ outputs }, at) => {
      for (const id of outputs) producers[id] = at;
    });
    this.producers = producers;
    this.consumers = graph.nodes.map(() => new Set<number>());
    this.groups = graph.nodes.map((_, at) => [at]);
    this.seen = new Int32Array(graph.nodes.length);
    this.roots = graph.nodes.map((node) => rootsOf(graph, node));
    const readers: number[][] = [];
    this.roots.forEach((roots, at) => {
      for (const root of roots) {
        (readers[root] ??= []).push(at);
        const from = producers[root];
        if (from !== undefined) this.consumers[from]!.add(at);
      }
    });
    this.readers = readers;
  }

  /**
   * The nodes that become one kernel with this one, in the order of the program. A group of steps and reductions is one
   * nest of loops; one that has a product computes its steps on the product's elements before they are stored.
   */
  groupOf(node: number): readonly number[] {
    return this.groups[node]!;
  }

  /** The nodes that read what a node makes. */
  readersOf(node: number): ReadonlySet<number> {
    return this.consumers[node]!;
  }

  /** Makes one group of two. */
  join(a: readonly number[], b: readonly number[]): void {
    const all = [...a, ...b].sort((x, y) => x - y);
    for (const node of all) this.groups[node] = all;
  }

  /** Asks that the group of one node runs before that of another, where nothing speaks against it; returns whether so. */
  order(before: number, after: number): boolean {
    const first = this.groups[before]!;
    const second = this.groups[after]!;
    if (first === second) return false;
    if (this.reaches(second, first, false, Infinity)) return false;
    for (const node of first) this.extra.set(node, [...(this.extra.get(node) ?? []), after]);
    return true;
  }

  /** Whether what one group makes is needed for another one by way of a third. */
  reachesAround(from: readonly number[], to: readonly number[]): boolean {
    return this.reaches(from, to, true, to.at(-1)!);
  }

  /** The groups in an order in which they can run; of those that could be next, the one the program has first. */
  ordered(): (readonly number[])[] {
    const groups = [...new Set(this.groups)];
    const waits = new Map(groups.map((group) => [group, new Set<readonly number[]>()]));
    for (const group of groups)
      for (const next of this.successors(group)) if (next !== group) waits.get(next)!.add(group);
    const done: (readonly number[])[] = [];
    const ready = groups.filter((group) => waits.get(group)!.size === 0);
    const position = (group: readonly number[]): number => group.at(-1)!;
    while (ready.length > 0) {
      let best = 0;
      ready.forEach((group, i) => {
        if (position(group) < position(ready[best]!)) best = i;
      });
      const [group] = ready.splice(best, 1);
      done.push(group!);
      for (const next of this.successors(group!)) {
        if (next === group) continue;
        const left = waits.get(next)!;
        if (left.delete(group!) && left.size === 0) ready.push(next);
      }
    }
    return done;
  }

  private successors(group: readonly number[]): Set<readonly number[]> {
    const found = new Set<readonly number[]>();
    for (const node of group) {
      for (const reader of this.consumers[node]!) found.add(this.groups[reader]!);
      for (const later of this.extra.get(node) ?? []) found.add(this.groups[later]!);
    }
    return found;
  }

  /** Whether one group has to run before another; `around` asks for a way through a third one. */
  private reaches(
    from: readonly number[],
    to: readonly number[],
    around: boolean,
    last: number,
  ): boolean {
    const turn = ++this.turn;
    const { seen, groups } = this;
    const open: (readonly number[])[] = [];
    const visit = (node: number): void => {
      if (seen[node] === turn) return;
      const group = groups[node]!;
      for (const member of group) seen[member] = turn;
      if (group[0]! <= last) open.push(group);
    };
    const leave = (group: readonly number[], isFirst: boolean): void => {
      for (const node of group) {
        for (const next of this.consumers[node]!) if (!isFirst || groups[next] !== to) visit(next);
        for (const next of this.extra.get(node) ?? [])
          if (!isFirst || groups[next] !== to) visit(next);
      }
    };
    for (const member of from) seen[member] = turn;
    leave(from, around);
    for (let group = open.pop(); group; group = open.pop()) {
      if (group === to) return true;
      leave(group, false);
    }
    return false;
  }
}

function rootsOf({ sources }: Graph, { inputs }: Node): number[] {
  return inputs.flatMap((id) => {
    const source = sources[id]!;
    return source.kind === "memory" ? [source.root] : [];
  });
}

/** Whether steps can be computed on the elements of a product, a tile at a time: as many at once, and found by row. */
function fitsProduct(graph: Graph, product: number, group: readonly number[]): boolean {
  const { nodes, types, sources } = graph;
  const { name, outputs } = nodes[product]!;
  const { shape, dtype } = types[outputs[0]!]!;
  const firstRowAxis = products[name]!.firstRowAxis(shape.length);
  const fits = (id: number): boolean => {
    const source = sources[id]!;
    if (dtype === "f32" && types[id]!.dtype === "f64") return false;
    if (source.kind === "number") return true;
    const { strides } = broadcastView(source.view, types[id]!.shape, shape);
    return matrixStrides(shape, strides, firstRowAxis) !== undefined;
  };
  return group.every(
    (node) => node === product || [...nodes[node]!.inputs, ...nodes[node]!.outputs].every(fits),
  );
}

/** The shape that the loops of a group go over. */
export function loopShape({ nodes, types }: Graph, group: readonly number[]): readonly number[] {
  const node = nodes[group[0]!]!;
  return types[node.kind === "reduction" ? node.inputs[0]! : node.outputs[0]!]!.shape;
}

/** Whether a value is read element by element, where it is made: in a loop over this shape, unmoved. */
export function isAligned(graph: Graph, id: number, shape: readonly number[]): boolean {
  const source = graph.sources[id]!;
  return (
    source.kind === "memory" &&
    source.view.offset === 0 &&
    sameShape(graph.types[id]!.shape, shape) &&
    sameShape(graph.types[source.root]!.shape, shape) &&
    isPacked(source.view, shape)
  );
}

/** Groups stay so small that what they compute fits into registers, more or less, and code into caches. */
const groupLimit = 48;

/**
 * Forms groups: first of what only sums need, so that it is never stored; then of products with what becomes of them, and
 * of steps with steps; then of sums with what they add up.
 */
export function fuse(graph: Graph): Dependencies {
  const { nodes } = graph;
  const dependencies = new Dependencies(graph);
  /** Whether a group can be one with another that reads what it makes, so that there is no way back. */
  const mayJoin = (a: readonly number[], b: readonly number[]): boolean => {
    if (a.length + b.length > groupLimit) return false;
    const shape = loopShape(graph, a);
    if (!sameShape(shape, loopShape(graph, b))) return false;
    const both = [...a, ...b];
    const those = (kind: NodeKind): readonly number[] =>
      both.filter((node) => nodes[node]!.kind === kind);
    if (those("kernel").length + those("scan").length > 0) return false;
    const products = those("product");
    const sums = those("reduction");
    if (products.length > 1 || (products.length > 0 && sums.length > 0)) return false;
    if (products.length > 0 && !fitsProduct(graph, products[0]!, both)) return false;
    const axes = String(sums.length > 0 && nodes[sums[0]!]!.params["axes"]);
    if (sums.some((node) => String(nodes[node]!.params["axes"]) !== axes)) return false;
    const isInside = (node: number): boolean => both.includes(node);
    for (const at of both)
      for (const id of nodes[at]!.inputs) {
        const source = graph.sources[id]!;
        if (source.kind !== "memory") continue;
        const producer = dependencies.producers[source.root];
        if (producer === undefined || !isInside(producer)) continue;
        if (nodes[at]!.kind === "product" || nodes[producer]!.kind === "reduction") return false;
        if (!isAligned(graph, id, shape)) return false;
      }
    return !dependencies.reachesAround(a, b);
  };

  /** Joins a node with those of its producers that it may be joined with. */
  const joinProducers = (at: number, accepts: (producer: number) => boolean): void => {
    for (const root of dependencies.roots[at]!) {
      const producer = dependencies.producers[root];
      if (producer === undefined || !accepts(producer)) continue;
      const [a, b] = [dependencies.groupOf(producer), dependencies.groupOf(at)];
      if (a !== b && mayJoin(a, b)) dependencies.join(a, b);
    }
  };

  const all = [...nodes.keys()];
  const reductions = all.filter((at) => nodes[at]!.kind === "reduction");
  const isKept = (at: number): boolean =>
    nodes[at]!.outputs.some((id) => graph.outputs.includes(id));
  for (const at of reductions)
    joinProducers(
      at,
      (producer) =>
        nodes[producer]!.kind === "step" &&
        !isKept(producer) &&
        [...dependencies.readersOf(producer)].every((n) => nodes[n]!.kind === "reduction"),
    );
  for (const at of all)
    if (nodes[at]!.kind === "step")
      joinProducers(at, (producer) => nodes[producer]!.kind !== "reduction");
  for (const at of reductions) joinProducers(at, () => true);
  return dependencies;
}
