import { flatten, type Tree } from "@nn/core";

/** Gives back the memory of a tree. */
export function disposeOf(tree: Tree): void {
  for (const leaf of flatten(tree).leaves) leaf.dispose();
}
