import {
  flatten,
  type Backend,
  type HostTensor,
  type HostTensors,
  type Json,
  mapTree,
  tensor,
  type Tensor,
  type Tree,
  type TreeOf,
} from "@nn/core";

/** A tree of tensors outside of any backend, which can be sent and stored. */
export interface HostTree {
  /** The tree with the numbers of its leaves in their place. */
  readonly form: Json;
  readonly leaves: readonly HostTensor[];
}

/** Copies a tree of tensors out of its backend. */
export async function toHost(tree: Tree): Promise<HostTree> {
  let next = 0;
  return {
    form: mapTree(tree, () => next++) as Json,
    leaves: await Promise.all(flatten(tree).leaves.map(hostOf)),
  };
}

/** The tree again, with something made of every leaf. */
export function rebuild<T>({ form, leaves }: HostTree, make: (leaf: HostTensor) => T): TreeOf<T> {
  const visit = (node: Json): TreeOf<T> => {
    if (typeof node === "number") return make(leaves[node]!);
    if (Array.isArray(node)) return node.map(visit);
    const entries = Object.entries(node as { readonly [key: string]: Json });
    return Object.fromEntries(entries.map(([key, child]) => [key, visit(child)]));
  };
  return visit(form);
}

/** The tree on a backend. */
export function toBackend(backend: Backend, tree: HostTree): Tree {
  return rebuild(tree, (leaf) => tensorOf(backend, leaf)) as Tree;
}

/** A tensor outside of any backend. */
export async function hostOf(value: Tensor): Promise<HostTensor> {
  const { shape, dtype } = value;
  return { shape, dtype, data: await value.read() };
}

/** A tensor on a backend. */
export function tensorOf(backend: Backend, { data, shape, dtype }: HostTensor): Tensor {
  return tensor(backend, data, { shape, dtype });
}

/** Tensors under names that begin with `prefix`, among others. */
export function prefixed(
  prefix: string,
  values: { readonly [name: string]: HostTensor } | readonly HostTensor[],
): HostTensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value as HostTensor]),
  );
}

/** The tensors whose names begin with `prefix`, without it. */
export function unprefixed(prefix: string, tensors: HostTensors): HostTensors {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}/`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}

/**
 * The leaves of a tree that were packed with `prefixed`, in whatever order they come back: names that are whole numbers
 * stand in theirs.
 */
export function leavesOf(prefix: string, tensors: HostTensors): readonly HostTensor[] {
  return Object.values(unprefixed(prefix, tensors));
}
