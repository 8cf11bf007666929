import type { Backend, FittedTransform, Layer, Tree, Variables } from "@nn/core";
import { type Columns, predict } from "@nn/trainer";
import type { FoldModel } from "../result.ts";
import { predictTable } from "./predict-table.ts";

/** What a model of folds is made of. */
export interface FoldModelParts<In extends Tree, Out extends Tree> {
  readonly backend: Backend;
  readonly model: Layer<In, Out>;
  readonly variables: Variables;
  readonly inputTypes: FoldModel<In, Out>["inputTypes"];
  readonly pipeline?: FittedTransform;
  readonly columns?: Columns;
}

/** Makes a model that predicts. */
export function foldModel<In extends Tree, Out extends Tree>(
  parts: FoldModelParts<In, Out>,
): FoldModel<In, Out> {
  const { backend, model, variables, inputTypes, pipeline, columns } = parts;
  return {
    model,
    ...variables,
    inputTypes,
    ...(pipeline && { pipeline }),
    ...(columns && { columns }),
    predict: (inputs) => predict(model, variables, inputs, { backend }),
    predictTable: (table) =>
      predictTable({ model, ...variables, pipeline, columns }, table, { backend }),
  };
}
