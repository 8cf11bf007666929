import { byteSize, sizeOf, type TensorType } from "@nn/core";
import type { ModuleBuilder } from "../assembler/index.ts";
import { kernels } from "../kernels/index.ts";
import type { Place, Target } from "../stage.ts";
import { AddressTable } from "./addresses.ts";
import type { KernelPlan } from "./compiled-kernels.ts";
import { epilogueOf } from "./epilogue.ts";
import type { Expression, ExpressionStep, Leaf, Reference } from "./expression.ts";
import { loopShape } from "./fuse.ts";
import type { Graph, Node } from "./graph.ts";
import { planLoop, type Loop, type ReductionKind } from "./loop.ts";
import { products, type MatrixOperand } from "./product.ts";
import { broadcastView } from "./view.ts";

/** What kernels of a graph are planned from. */
export interface GroupCall {
  readonly module: ModuleBuilder;
  readonly target: Target;
  readonly graph: Graph;
  /** Where values in memory are, by their number. */
  readonly places: readonly (Place | undefined)[];
}

/** The place of a value whose elements lie one behind the other. */
export function placeOf({ graph, places }: GroupCall, id: number): Place {
  const source = graph.sources[id]!;
  if (source.kind !== "memory") throw new Error("a value without a place");
  const { slot, offset } = places[source.root]!;
  const size = byteSize(graph.types[id]!.dtype);
  return { slot, offset: offset + source.view.offset * size };
}

/** The plan of a primitive that has a kernel of its own. */
export function primitiveKernel(
  call: GroupCall,
  { name, inputs, outputs, params, path }: Node,
): KernelPlan {
  const { module, target, graph } = call;
  const table = new AddressTable();
  const stored = (id: number): TensorType & { place: Place } => ({
    ...graph.types[id]!,
    place: table.add(placeOf(call, id)),
  });
  const description = { inputs: inputs.map(stored), outputs: outputs.map(stored), params };
  const plan: KernelPlan["plan"] = (scratch) =>
    kernels[name]!({ module, target, name, ...description, scratch });
  return { name, path, table, description, plan };
}

/** The plan of steps, reductions and a product that are one kernel, of which some values are stored. */
export function fusedKernel(
  { module, target, graph, places }: GroupCall,
  group: readonly number[],
  stored: ReadonlySet<number>,
): KernelPlan | undefined {
  const nodes = group.map((node) => graph.nodes[node]!);
  const shape = loopShape(graph, group);
  const product = nodes.find(({ kind }) => kind === "product");
  if (product && sizeOf(shape) === 0) return undefined;
  const table = new AddressTable();
  const rootAt = (id: number): Place => table.add(places[id]!);
  const { expression, reference } = expressionOf(graph, nodes, shape, rootAt);
  const stores = [...stored].flatMap((id) => {
    const { kind } = nodes.find(({ outputs }) => outputs.includes(id))!;
    if (kind === "reduction") return [];
    return [{ value: reference(id), dtype: graph.types[id]!.dtype, place: rootAt(id) }];
  });
  const name = nameOf(nodes);
  const { path } = nodes.at(-1)!;
  if (product) {
    const kind = products[product.name]!;
    const operands = product.inputs.map((id): MatrixOperand => {
      const source = graph.sources[id]!;
      if (source.kind !== "memory") throw new Error("a product of what is not in memory");
      return { type: graph.types[id]!, place: rootAt(source.root), ...source.view };
    });
    const result = graph.types[product.outputs[0]!]!;
    const factors = { operands, result, params: product.params };
    const loop = { shape, firstRowAxis: kind.firstRowAxis(shape.length), expression, stores };
    const plan: KernelPlan["plan"] = (scratch) => {
      const epilogue = epilogueOf(module, target, loop);
      return kind.plan({ ...factors, target, epilogue, scratch, name });
    };
    return { name, path, table, description: [factors, loop], plan };
  }
  const reductions = nodes
    .filter(({ kind }) => kind === "reduction")
    .map(({ name: kind, inputs, outputs }) => ({
      value: reference(inputs[0]!),
      dtype: graph.types[outputs[0]!]!.dtype,
      kind: kind as ReductionKind,
      place: rootAt(outputs[0]!),
    }));
  const axes = nodes.find(({ kind }) => kind === "reduction")?.params["axes"] ?? [];
  const loop: Loop = { name, shape, expression, stores, reductions, axes: axes as number[] };
  return {
    name,
    path,
    table,
    description: loop,
    plan: (scratch) => planLoop(module, target, loop, scratch),
  };
}

/** The steps of nodes as an expression, and how its values are found by number. A product is the first leaf. */
function expressionOf(
  graph: Graph,
  nodes: readonly Node[],
  shape: readonly number[],
  rootAt: (id: number) => Place,
): { expression: Expression; reference: (id: number) => Reference } {
  const leaves: Leaf[] = [];
  const steps: ExpressionStep[] = [];
  const inside = new Map<number, Reference>();
  const product = nodes.find(({ kind }) => kind === "product");
  if (product) {
    const [id] = product.outputs;
    leaves.push({ dtype: graph.types[id!]!.dtype, offset: 0, strides: [] });
    inside.set(id!, { leaf: 0 });
  }
  const leafOf = new Map<string, Reference>();
  const reference = (id: number): Reference => {
    const source = graph.sources[id]!;
    const type = graph.types[id]!;
    if (source.kind === "number") return { number: source.number, dtype: type.dtype };
    const known = source.kind === "memory" ? inside.get(source.root) : undefined;
    if (known) return known;
    const leaf: Leaf = {
      dtype: type.dtype,
      place: source.kind === "memory" ? rootAt(source.root) : undefined,
      ...broadcastView(source.view, type.shape, shape),
    };
    const key = JSON.stringify(leaf);
    let found = leafOf.get(key);
    if (!found) leafOf.set(key, (found = { leaf: leaves.push(leaf) - 1 }));
    return found;
  };
  for (const { kind, name, inputs, outputs } of nodes) {
    if (kind !== "step") continue;
    const operands = inputs.map(reference);
    const from = graph.types[inputs.at(-1)!]!.dtype;
    const to = graph.types[outputs[0]!]!.dtype;
    // What is only moved needs no step.
    if (name === "copy" && !("number" in operands[0]!)) inside.set(outputs[0]!, operands[0]!);
    else inside.set(outputs[0]!, { step: steps.push({ name, operands, from, to }) - 1 });
  }
  return { expression: { leaves, steps }, reference };
}

/** The names of what a kernel computes. */
function nameOf(nodes: readonly Node[]): string {
  const names = nodes.map(({ name }) => name);
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return shown.join("+");
}
