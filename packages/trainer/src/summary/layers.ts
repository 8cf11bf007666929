import {
  type AnyLayer,
  type Declaration,
  describe,
  type DType,
  type Layer,
  mapTree,
  type Scope,
  type TensorType,
  type Tree,
  type TreeOf,
} from "@nn/core";

/** One use of a layer: what stands at a path of the model. */
export interface LayerUse {
  readonly path: string;
  readonly kind: string;
  readonly output: TreeOf<TensorType>;
  /** Where the same layer value was used before, with the same parameters. */
  readonly sharedWith?: string;
}

/**
 * Goes through a model and takes note of every layer that it applies, each before those inside of it, and of what they
 * declare. Each layer value is wrapped once, so that the kernel sees what is shared.
 */
export function layersOf(
  model: AnyLayer,
  input: Tree,
  dtype: DType,
): { readonly uses: readonly LayerUse[]; readonly declarations: readonly Declaration[] } {
  const order = new Set<string>();
  const uses = new Map<string, LayerUse>();
  const firstUse = new Map<AnyLayer, string>();
  const wrapped = new Map<AnyLayer, AnyLayer>();
  /** Of the layer that the kernel is about to apply. */
  let path = "";

  const watch = (layer: AnyLayer): AnyLayer => {
    const known = wrapped.get(layer);
    if (known) return known;
    const { kind, config } = layer;
    const watched: AnyLayer = {
      kind,
      config,
      apply(scope, x) {
        const own = path;
        order.add(own);
        const sharedWith = firstUse.get(layer);
        if (sharedWith === undefined) firstUse.set(layer, own);
        const result = layer.apply(inside(scope, own), x);
        const output = mapTree(result, ({ shape, dtype: type }) => ({ shape, dtype: type }));
        const use = { path: own, kind, output };
        if (!uses.has(own)) uses.set(own, sharedWith === undefined ? use : { ...use, sharedWith });
        return result;
      },
    };
    wrapped.set(layer, watched);
    return watched;
  };
  const inside = (scope: Scope, outer: string): Scope => ({
    ...scope,
    apply<In extends Tree, Out extends Tree>(name: string, layer: Layer<In, Out>, x: In): Out {
      path = outer ? `${outer}/${name}` : name;
      return scope.apply(name, watch(layer as unknown as AnyLayer), x) as Out;
    },
  });

  const { declarations } = describe(watch(model), input, dtype);
  return { uses: [...order].map((own) => uses.get(own)!), declarations };
}

/** The one of these paths that another path belongs to: itself, or the nearest around it. */
export function ownerOf(path: string, owners: { has(path: string): boolean }): string {
  let owner = path;
  while (owner && !owners.has(owner)) owner = owner.slice(0, Math.max(owner.lastIndexOf("/"), 0));
  return owner;
}
