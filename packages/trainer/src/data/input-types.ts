import { mapTree, type TensorType, type Tree, type TreeOf } from "@nn/core";

/** Shape and dtype of what a model takes for one example: a tree like its inputs. */
export type InputTypes = TreeOf<TensorType>;

/** The types of single examples in these batches. */
export function inputTypesOf(inputs: Tree): InputTypes {
  return mapTree(inputs, ({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
}
