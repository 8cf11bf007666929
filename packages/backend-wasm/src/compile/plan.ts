import type { ScanParams } from "@nn/core";
import type { ModuleBuilder } from "../assembler/index.ts";
import { frameSlots, type Place, type Stage, type Target } from "../stage.ts";
import { AddressTable } from "./addresses.ts";
import type { Arena } from "./arena.ts";
import type { CompiledKernels } from "./compiled-kernels.ts";
import { copyStage } from "./copy.ts";
import { fuse, type Dependencies } from "./fuse.ts";
import { graphOf, type Graph, type Node } from "./graph.ts";
import { fusedKernel, placeOf, primitiveKernel } from "./group.ts";
import { bytesOf, mayReplace } from "./in-place.ts";
import type { MovingSlot, Step } from "./steps.ts";

/** What all parts of a program's plan share. */
export interface PlanContext {
  readonly module: ModuleBuilder;
  readonly target: Target;
  readonly arena: Arena;
  readonly kernels: CompiledKernels;
  /** The first slot of the frame that nobody uses yet. */
  nextSlot: number;
}

/** A value that goes from step to step of a loop: what comes in stays where it is, and what goes out should be there. */
interface Carried {
  readonly input: number;
  readonly output: number;
}

/** The plan of a program or body. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Steps whose results are the same each time a body runs. */
  readonly before: readonly Step[];
  /** By output: the input in whose place it can be computed, which no other output has; else -1. */
  readonly sources: readonly number[];
}

/**
 * Plans a graph whose inputs are at the given places, and whose outputs are wanted at the given places (for each of
 * which there is one, but for those of `carried`, which are left where they came in). The body of a loop has so many
 * `captured` inputs, the first ones, which are the same each time it runs.
 */
export function planGraph(
  context: PlanContext,
  graph: Graph,
  inputs: readonly Place[],
  targets: readonly (Place | undefined)[],
  carried: readonly Carried[],
  captured: number,
): Plan {
  return new Planner(context, graph, inputs, targets, carried, captured).plan();
}

class Planner {
  private readonly context: PlanContext;
  private readonly graph: Graph;
  private readonly targets: readonly (Place | undefined)[];
  private readonly carried: readonly Carried[];
  /** So many inputs, the first ones, are the same each time. */
  private readonly captured: number;
  private readonly dependencies: Dependencies;
  private readonly places: (Place | undefined)[] = [];
  /** Values in blocks of the arena that end with their last use. */
  private readonly own = new Set<number>();
  private readonly lastUse = new Map<number, number>();
  /** By position in the order: those of `own` that end there. */
  private readonly ending = new Map<number, number[]>();
  private order: readonly (readonly number[])[] = [];

  constructor(
    context: PlanContext,
    graph: Graph,
    inputs: readonly Place[],
    targets: readonly (Place | undefined)[],
    carried: readonly Carried[],
    captured: number,
  ) {
    this.context = context;
    this.graph = graph;
    this.targets = targets;
    this.carried = carried;
    this.captured = captured;
    graph.inputs.forEach((id, i) => (this.places[id] = inputs[i]!));
    this.dependencies = fuse(graph);
  }

  plan(): Plan {
    const { graph, dependencies, context } = this;
    const writers = this.carried.map(({ input, output }) => this.orderWriter(input, output));
    const unsorted = dependencies.ordered();
    const fixed = this.fixedGroups(unsorted);
    this.order = [
      ...unsorted.filter((group) => fixed.has(group)),
      ...unsorted.filter((group) => !fixed.has(group)),
    ];
    this.order.forEach((group, at) => {
      for (const node of group)
        for (const root of dependencies.roots[node]!) this.lastUse.set(root, at);
    });
    for (const id of graph.outputs) this.lastUse.set(id, Infinity);

    this.carried.forEach(({ input, output }, i) => {
      const id = graph.outputs[output]!;
      const isThere = writers[i] && this.mayReplace(input, id, this.positionOf(id));
      const place = this.places[input]!;
      this.places[id] = isThere ? place : this.allocate(id);
    });
    graph.outputs.forEach((id, i) => {
      const target = this.targets[i];
      if (target) this.places[id] = target;
    });
    const taken = new Set<number>();
    const sources = graph.outputs.map((id) => {
      const at = this.positionOf(id);
      const source = graph.inputs.findIndex(
        (input) => !taken.has(input) && this.mayReplace(input, id, at),
      );
      if (source >= 0) taken.add(graph.inputs[source]!);
      return source;
    });

    const before: Step[] = [];
    const steps: Step[] = [];
    this.order.forEach((group, at) => {
      const isFixed = fixed.has(group);
      (isFixed ? before : steps).push(...this.planGroup(group, at, isFixed));
      if (isFixed) return;
      for (const id of this.ending.get(at) ?? [])
        if (this.own.delete(id)) context.arena.free(this.places[id]!.offset);
    });
    for (const { input, output } of this.carried) {
      const from = this.places[graph.outputs[output]!]!;
      const to = this.places[input]!;
      if (from.slot === to.slot && from.offset === to.offset) continue;
      steps.push(...this.copy(from, to, bytesOf(graph.types[input]!)));
    }
    return { steps, before, sources };
  }

  /** Lets everything that reads a carried value come before what writes the next one; false where that can't be. */
  private orderWriter(input: number, output: number): boolean {
    const { graph, dependencies } = this;
    const writer = dependencies.producers[graph.outputs[output]!];
    if (writer === undefined) return false;
    const others = (dependencies.readers[input] ?? []).filter(
      (reader) => dependencies.groupOf(reader) !== dependencies.groupOf(writer),
    );
    return others.every((reader) => dependencies.order(reader, writer));
  }

  /** Groups that read nothing but what is the same each time. */
  private fixedGroups(order: readonly (readonly number[])[]): Set<readonly number[]> {
    const { graph, dependencies } = this;
    const found = new Set<readonly number[]>();
    if (this.carried.length === 0 && this.captured === 0) return found;
    const known = new Set(graph.inputs.slice(0, this.captured));
    for (const group of order) {
      const outputs = group.flatMap((node) => graph.nodes[node]!.outputs);
      const isFixed =
        outputs.every((id) => !graph.outputs.includes(id)) &&
        group.every((node) =>
          dependencies.roots[node]!.every(
            (root) => known.has(root) || group.includes(dependencies.producers[root] ?? -1),
          ),
        );
      if (!isFixed) continue;
      found.add(group);
      for (const id of outputs) known.add(id);
    }
    return found;
  }

  private positionOf(id: number): number {
    const producer = this.dependencies.producers[id];
    if (producer === undefined) return -1;
    return this.order.indexOf(this.dependencies.groupOf(producer));
  }

  /** Whether a value that is made at this position can be computed in the place of another one, which ends there. */
  private mayReplace(from: number, to: number, at: number): boolean {
    return this.lastUse.get(from) === at && mayReplace(this.dependencies, from, to);
  }

  private allocate(id: number): Place {
    const offset = this.context.arena.allocate(bytesOf(this.graph.types[id]!));
    return { slot: frameSlots.arena, offset };
  }

  /** Ends the life of a value that is made at this position, and has a block of its own, with its last use. */
  private keepUntilUsed(id: number, at: number): void {
    this.own.add(id);
    const end = this.lastUse.get(id) ?? at;
    const list = this.ending.get(end);
    if (list) list.push(id);
    else this.ending.set(end, [id]);
  }

  /** Where a value that is made now goes: its target, the place of one that ends here, or a block of its own. */
  private define(id: number, at: number, isFixed: boolean): Place {
    const known = this.places[id];
    if (known) return known;
    if (!isFixed) this.keepUntilUsed(id, at);
    for (const root of this.ending.get(at) ?? [])
      if (root !== id && this.own.has(root) && this.mayReplace(root, id, at)) {
        this.own.delete(root);
        return (this.places[id] = this.places[root]!);
      }
    return (this.places[id] = this.allocate(id));
  }

  private planGroup(group: readonly number[], at: number, isFixed: boolean): Step[] {
    const { graph, context } = this;
    const first = graph.nodes[group[0]!]!;
    const stored = group
      .flatMap((node) => graph.nodes[node]!.outputs)
      .filter((id) => this.isStored(id, group));
    for (const id of stored) this.define(id, at, isFixed);
    return context.arena.scope((): Step[] => {
      if (first.kind === "scan") return [this.planScan(first)];
      const call = { ...context, graph, places: this.places };
      const plan =
        first.kind === "kernel"
          ? primitiveKernel(call, first)
          : fusedKernel(call, group, new Set(stored));
      return plan ? context.kernels.steps(plan) : [];
    });
  }

  /** Whether a value is needed outside of the group that makes it. Kernels and scans give all they make. */
  private isStored(id: number, group: readonly number[]): boolean {
    const { graph, dependencies } = this;
    const producer = dependencies.producers[id]!;
    const { kind } = graph.nodes[producer]!;
    if (kind !== "step" && kind !== "product") return true;
    if (graph.outputs.includes(id)) return true;
    return [...dependencies.readersOf(producer)].some((reader) => !group.includes(reader));
  }

  private copy(from: Place, to: Place, bytes: number): Step[] {
    const table = new AddressTable();
    const [source, target] = [table.add(from), table.add(to)];
    const plan = (): readonly Stage[] => [copyStage(source, target, bytes)];
    const description = [source, target, bytes];
    return this.context.kernels.steps({ name: "copy", path: "", table, description, plan });
  }

  private planScan({ inputs, outputs, params, path }: Node): Step {
    const { graph, context } = this;
    const { body, captured, carry, length, reverse } = params as ScanParams;
    const inner = graphOf(body);
    const call = { ...context, graph, places: this.places };
    const placed = (id: number): Place => placeOf(call, id);
    const stacks = (ids: readonly number[]): { places: Place[]; slots: MovingSlot[] } => {
      const slots = ids.map((id): MovingSlot => {
        const start = placed(id);
        const stride = length > 0 ? bytesOf(graph.types[id]!) / length : 0;
        return {
          slot: context.nextSlot++,
          start: reverse ? { ...start, offset: start.offset + (length - 1) * stride } : start,
          stride: reverse ? -stride : stride,
        };
      });
      return { slots, places: slots.map(({ slot }) => ({ slot, offset: 0 })) };
    };
    const carries = outputs.slice(0, carry).map((id) => placed(id));
    const xs = stacks(inputs.slice(captured + carry));
    const ys = stacks(outputs.slice(carry));
    const places = [...inputs.slice(0, captured).map((id) => placed(id)), ...carries, ...xs.places];
    const plan = planGraph(
      context,
      inner,
      places,
      [...carries.map(() => undefined), ...ys.places],
      carries.map((_, i) => ({ input: inner.inputs[captured + i]!, output: i })),
      captured,
    );
    const begin = carries.flatMap((to, i): Step[] => {
      const id = inputs[captured + i]!;
      const from = placed(id);
      const isThere = from.slot === to.slot && from.offset === to.offset;
      return isThere ? [] : this.copy(from, to, bytesOf(graph.types[id]!));
    });
    return {
      kind: "loop",
      name: path ? `scan ${path}` : "scan",
      length,
      before: [...begin, ...(length > 0 ? plan.before : [])],
      body: plan.steps,
      slots: [...xs.slots, ...ys.slots],
    };
  }
}
