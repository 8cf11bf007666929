import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { TensorError } from "./errors.ts";
import { isTensor } from "./tensor.ts";

/** A tree of anything else in place of tensors; what `mapTree` returns. */
export type TreeOf<T> = T | readonly TreeOf<T>[] | { readonly [key: string]: TreeOf<T> };

/** The leaves of a tree, in the order of its sorted keys, and the way back from leaves to a tree of that form. */
export interface FlatTree {
  readonly leaves: readonly Tensor[];
  /** Where each leaf is, as in `hidden/0/weights`. */
  readonly paths: readonly string[];
  /** What two trees share just when they have the same form. */
  readonly form: string;
  rebuild<T>(leaves: readonly T[]): TreeOf<T>;
}

/** Takes a tree apart. `name` is for the error when something in it is no tensor. */
export function flatten(tree: Tree, name = "flatten"): FlatTree {
  const leaves: Tensor[] = [];
  const paths: string[] = [];
  let form = "";
  const visit = (node: unknown, path: string): void => {
    if (isTensor(node)) {
      form += "*";
      paths.push(path);
      leaves.push(node);
      return;
    }
    if (typeof node !== "object" || node === null)
      throw new TensorError(
        `${name}: expected a tensor, or arrays and objects of tensors, got ${String(node)}${path && ` at '${path}'`}`,
      );
    const isArray = Array.isArray(node);
    form += isArray ? "[" : "{";
    for (const [key, child] of entriesOf(node)) {
      if (!isArray) form += `${JSON.stringify(key)}:`;
      visit(child, path ? `${path}/${key}` : key);
    }
    form += isArray ? "]" : "}";
  };
  visit(tree, "");
  return {
    leaves,
    paths,
    form,
    rebuild<T>(values: readonly T[]): TreeOf<T> {
      let next = 0;
      const build = (node: Tree): TreeOf<T> => {
        if (isTensor(node)) return values[next++]!;
        const children = entriesOf(node).map(([key, child]) => [key, build(child)] as const);
        return Array.isArray(node)
          ? children.map(([, child]) => child)
          : Object.fromEntries(children);
      };
      return build(tree);
    },
  };
}

/** The same tree with every tensor replaced. */
export function mapTree<T>(tree: Tree, fn: (leaf: Tensor, path: string) => T): TreeOf<T> {
  const { leaves, paths, rebuild } = flatten(tree, "mapTree");
  return rebuild(leaves.map((leaf, i) => fn(leaf, paths[i]!)));
}

function entriesOf(node: object): [string, Tree][] {
  const entries = Object.entries(node) as [string, Tree][];
  return Array.isArray(node) ? entries : entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
