import { check, flatten, isFloat, sameShape, showType, tensor, type Tensor } from "@nn/core";
import { type RowsTree, uploadRows } from "../inputs/examples.ts";
import { show } from "../options.ts";
import type { Place } from "./attribute.ts";

/** A tensor for every float input, with one row for all examples or one for each. */
export interface Baseline {
  readonly tensors: readonly Tensor[];
  release(): void;
}

/** Puts a baseline on the backend: one number for all inputs, or examples in their form. */
export function openBaseline(
  name: string,
  baseline: number | RowsTree,
  { backend, dtype, inputs }: Place,
): Baseline {
  const { leaves, paths, form } = flatten(inputs);
  const floats = leaves.filter((leaf) => isFloat(leaf.dtype));
  if (typeof baseline === "number") {
    check(
      Number.isFinite(baseline),
      () => `${name}: baseline must be a finite number or examples, got ${show(baseline)}`,
    );
    const tensors = floats.map((leaf) =>
      tensor(backend, [baseline], { shape: leaf.shape.map(() => 1), dtype: leaf.dtype }),
    );
    return { tensors, release: () => tensors.forEach((each) => each.dispose()) };
  }
  const { tree, rows, release } = uploadRows(`${name}: baseline`, backend, baseline, dtype);
  try {
    const own = flatten(tree);
    check(own.form === form, () => `${name}: baseline must have the form of the inputs`);
    own.leaves.forEach((leaf, i) => {
      const { shape, dtype: wanted } = leaves[i]!;
      check(
        leaf.dtype === wanted &&
          sameShape(leaf.shape.slice(1), shape.slice(1)) &&
          (rows === 1 || rows === shape[0]),
        () =>
          `${name}: baseline${paths[i] && `.${paths[i]}`} is ${showType(leaf)}, expected ${wanted} with 1 or ${shape[0]} ` +
          `rows of [${shape.slice(1).join(", ")}], as the inputs`,
      );
    });
    return { tensors: own.leaves.filter((_, i) => isFloat(leaves[i]!.dtype)), release };
  } catch (error) {
    release();
    throw error;
  }
}
