import {
  type Backend,
  check,
  type FittedTransform,
  type Layer,
  type Tensor,
  type Tree,
  type Variables,
} from "@nn/core";
import { type Columns, predict } from "@nn/trainer";
import { columnsOf, matrixOf } from "../data/matrix.ts";
import { tableOf } from "../data/table-of.ts";
import { transformRows } from "../data/transformed.ts";
import type { FoldModel } from "../result.ts";

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
    async predictTable(table) {
      check(columns, () => "predictTable: this model was not trained on a table; use predict");
      const prepared = pipeline ? transformRows(pipeline, table) : table;
      const inputs = matrixOf("predictTable", prepared, columns.inputs);
      const output = predict(model, variables, inputs, { backend }) as Tensor;
      const data = await output.read();
      output.dispose();
      check(
        data.length === table.numRows() * columns.outputs.length,
        () =>
          `predictTable: the model gives ${data.length / table.numRows()} numbers for the columns ${columns.outputs.join(", ")}; ` +
          "use predict",
      );
      const predicted = tableOf(columnsOf(data, columns.outputs));
      return pipeline?.revert?.(predicted) ?? predicted;
    },
  };
}
