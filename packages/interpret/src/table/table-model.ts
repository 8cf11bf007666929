import { check, type FittedTransform, type Tree } from "@nn/core";
import type { Explained } from "../inputs/explained.ts";
import { isObject, show } from "../options.ts";

/**
 * A model that was trained on a table: what `kFold` gives, such as `result.best` or `result.ensemble`, or what
 * `loadModel` opens.
 */
export interface TableModel<In extends Tree, Out extends Tree> extends Explained<In, Out> {
  /** What makes its inputs of raw rows, where that is needed, and takes predictions back to original units. */
  readonly pipeline?: FittedTransform | undefined;
  /** The columns that go in and come out, as they are called after the pipeline. */
  readonly columns?: ModelColumns | undefined;
}

/** The names of a model's inputs and outputs, in their order. */
export interface ModelColumns {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * What counts as a feature. `"source"`: a column of the raw table, with all that the pipeline makes of it. `"column"`: a
 * column that the model sees, such as the square of another one.
 */
export type FeatureKind = "source" | "column";

/** What predictions are in: as the pipeline takes them back, or as the model makes them. */
export type Units = "original" | "transformed";

/** Checks that a model says which columns it takes, and that its pipeline is one. */
export function openTableModel(
  name: string,
  model: unknown,
): { readonly pipeline: FittedTransform | undefined; readonly columns: ModelColumns } {
  const { pipeline, columns } = Object(model) as Partial<TableModel<Tree, Tree>>;
  const areNames = (names: unknown): boolean =>
    Array.isArray(names) && names.length > 0 && names.every((each) => typeof each === "string");
  check(
    isObject(columns) && areNames(columns["inputs"]) && areNames(columns["outputs"]),
    () =>
      `${name}: model has no columns { inputs, outputs }, as models have that were trained on a table by kFold; name them, or ` +
      "explain it without a table",
  );
  check(
    pipeline === undefined || typeof pipeline?.transform === "function",
    () => `${name}: model.pipeline must be one that was fitted, got ${show(pipeline)}`,
  );
  return { pipeline, columns };
}
