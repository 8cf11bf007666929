import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { check } from "./errors.ts";
import { isTensor } from "./tensor.ts";
import { joinPath } from "./trace.ts";

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
  const form = visit(name, tree, (leaf, path) => {
    paths.push(path);
    leaves.push(leaf);
    return 0;
  });
  return {
    leaves,
    paths,
    form: JSON.stringify(form),
    rebuild(values) {
      let next = 0;
      return visit(name, tree, () => values[next++]!);
    },
  };
}

/** The same tree with every tensor replaced. */
export function mapTree<T>(tree: Tree, fn: (leaf: Tensor, path: string) => T): TreeOf<T> {
  return visit("mapTree", tree, fn);
}

function visit<T>(
  name: string,
  node: Tree,
  fn: (leaf: Tensor, path: string) => T,
  path = "",
): TreeOf<T> {
  if (isTensor(node)) return fn(node, path);
  check(
    typeof node === "object" && node !== null,
    () =>
      `${name}: expected a tensor, or arrays and objects of tensors, got ${String(node)}${path && ` at '${path}'`}`,
  );
  const inside = (child: Tree, key: number | string): TreeOf<T> =>
    visit(name, child, fn, joinPath(path, String(key)));
  if (Array.isArray(node)) return node.map(inside);
  const children = node as { readonly [key: string]: Tree };
  const keys = Object.keys(children).sort();
  return Object.fromEntries(keys.map((key) => [key, inside(children[key]!, key)]));
}
