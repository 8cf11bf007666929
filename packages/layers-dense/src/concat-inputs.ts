import { cast, concatenate, flatten, isFloat, type Layer, type Tree } from "@nn/core";
import { kindOf } from "./kind.ts";
import { checked, checkNotBatch, whole } from "./options.ts";

/**
 * The tensors of a list or an object behind each other along an axis of the features, by default the last; an object's stand in the
 * order of its sorted keys. Integers and bools beside floats become floats. It brings the branches of a `graph`
 * together, or the parts of an input.
 *
 * ```ts
 * const model = sequential([concatInputs(), dense(8)]); // for inputs { flags: [batch, 2], numbers: [batch, 5] }
 * ```
 */
export function concatInputs(options: { readonly axis?: number } = {}): Layer<Tree> {
  const { axis = -1 } = checked("concatInputs", options, { axis: whole });
  return {
    kind: kindOf("concatInputs"),
    config: { axis },
    apply(_, inputs) {
      const { leaves } = flatten(inputs, "concatInputs");
      for (const leaf of leaves) checkNotBatch("concatInputs", axis, leaf);
      const float = leaves.find((leaf) => isFloat(leaf.dtype))?.dtype;
      const parts = leaves.map((leaf) =>
        float && !isFloat(leaf.dtype) ? cast(leaf, float) : leaf,
      );
      return concatenate(parts, axis);
    },
  };
}
