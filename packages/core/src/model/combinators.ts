import { KERNEL_CONTRACT } from "../engine/contract.ts";
import { check } from "../engine/errors.ts";
import { isTensor } from "../engine/tensor.ts";
import type { Plugin } from "../interfaces/described.ts";
import type { Layer } from "../interfaces/layer.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { add } from "../ops/arithmetic.ts";
import { concat as concatTensors } from "../ops/shape.ts";

/** A layer whatever its input and output are. */
export type AnyLayer = Layer<Tree, Tree>;

/** Layers in order: unnamed ones are called 0, 1, 2, …; an object's keys are their names. */
export type LayerList = readonly AnyLayer[] | { readonly [name: string]: AnyLayer };

/**
 * Layers one after the other.
 *
 * ```ts
 * const model = sequential([dense(3), tanhLayer(), dense(1)]);
 * ```
 */
export function sequential(layers: readonly Layer[] | { readonly [name: string]: Layer }): Layer;
export function sequential<In extends Tree, Out extends Tree>(layers: LayerList): Layer<In, Out>;
export function sequential(layers: LayerList): AnyLayer {
  const list = named("sequential", layers);
  return {
    kind: "@nn/core#sequential",
    config: { layers },
    apply: (scope, input) => list.reduce((x, [name, layer]) => scope.apply(name, layer, x), input),
  };
}

/** x + f(x): the input added to what the layer makes of it, which must have the input's shape. */
export function residual(layer: Layer): Layer {
  return {
    kind: "@nn/core#residual",
    config: { layer },
    apply: (scope, x) => add(x, scope.apply("inner", layer, x)),
  };
}

/** The outputs of several layers for the same input, one behind the other along an axis, by default the last. */
export function concat(
  layers: readonly Layer[] | { readonly [name: string]: Layer },
  options: { axis?: number } = {},
): Layer {
  const list = named("concat", layers);
  const { axis = -1 } = options;
  return {
    kind: "@nn/core#concat",
    config: { layers, axis },
    apply: (scope, x) =>
      concatTensors(
        list.map(([name, layer]) => scope.apply(name, layer as Layer, x)),
        axis,
      ),
  };
}

/** One layer of a graph, and where its input comes from: one name, or several for a layer that takes a list. */
export type GraphNode = {
  readonly layer: AnyLayer;
  readonly from: string | readonly string[];
};

/**
 * Layers that name where their inputs come from: `input`, its parts where the input is an object (`input.image`), or
 * other nodes. Nodes stand in an order in which they can run. The output is a node, or an object of several.
 *
 * ```ts
 * const model = graph({
 *   nodes: {
 *     embedded: { layer: embedding(50, 8), from: "input.city" },
 *     joined: { layer: concatInputs(), from: ["embedded", "input.numbers"] },
 *     price: { layer: dense(1), from: "joined" },
 *   },
 *   output: "price",
 * });
 * ```
 */
export function graph<In extends Tree = Tensor, Out extends Tree = Tensor>(options: {
  readonly nodes: { readonly [name: string]: GraphNode };
  readonly output: string | { readonly [name: string]: string };
}): Layer<In, Out> {
  const { nodes, output } = options;
  const before = ["input"];
  for (const [name, { from }] of Object.entries(nodes)) {
    for (const source of [from].flat())
      check(
        before.includes(source) || source.startsWith("input."),
        () =>
          `graph: '${name}' takes '${source}', which is no node before it (${before.join(", ")}); ` +
          "put nodes in an order in which they can run",
      );
    before.push(name);
  }
  const outputs: { readonly [name: string]: string } =
    typeof output === "string" ? { output } : output;
  for (const name of Object.values(outputs))
    check(
      Object.hasOwn(nodes, name),
      () => `graph: the output '${name}' is no node; there are ${Object.keys(nodes).join(", ")}`,
    );
  return {
    kind: "@nn/core#graph",
    config: { nodes, output },
    apply(scope, input) {
      const values = new Map<string, Tree>();
      const take = (from: string): Tree => values.get(from) ?? partOf(input, from);
      for (const [name, { layer, from }] of Object.entries(nodes)) {
        const operand = typeof from === "string" ? take(from) : from.map(take);
        values.set(name, scope.apply(name, layer, operand));
      }
      const entries = Object.entries(outputs).map(([name, from]) => [name, take(from)] as const);
      return (typeof output === "string" ? entries[0]![1] : Object.fromEntries(entries)) as Out;
    },
  };
}

/** The input for `input`, a part of it for `input.image`. */
function partOf(input: Tree, name: string): Tree {
  const keys = name.split(".").slice(1);
  return keys.reduce<Tree>((part, key) => {
    const child = isTensor(part) ? undefined : (part as { readonly [key: string]: Tree })[key];
    check(child, () => `graph: the input has no '${name}'; pass an object with that part`);
    return child;
  }, input);
}

function named(kind: string, layers: LayerList): readonly (readonly [string, AnyLayer])[] {
  const list = Object.entries(layers);
  check(list.length > 0, () => `${kind}: expected at least one layer, got none`);
  for (const [name, layer] of list)
    check(
      typeof layer?.kind === "string",
      () => `${kind}: '${name}' is no layer but ${typeof layer}; call the factory, as in dense(8)`,
    );
  return list;
}

/** The kernel's own kinds, for `decode`. */
export const corePlugins: readonly Plugin[] = [
  {
    kind: "@nn/core#sequential",
    contract: KERNEL_CONTRACT,
    create: ({ layers }) => sequential(layers as unknown as readonly Layer[]),
  },
  {
    kind: "@nn/core#residual",
    contract: KERNEL_CONTRACT,
    create: ({ layer }) => residual(layer as unknown as Layer),
  },
  {
    kind: "@nn/core#concat",
    contract: KERNEL_CONTRACT,
    create: ({ layers, axis }) =>
      concat(layers as unknown as readonly Layer[], { axis: axis as number }),
  },
  {
    kind: "@nn/core#graph",
    contract: KERNEL_CONTRACT,
    create: (config) => graph(config as unknown as Parameters<typeof graph>[0]),
  },
];
