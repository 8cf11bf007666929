import {
  type Backend,
  check,
  type FittedTransform,
  isTensor,
  type Layer,
  type Table,
  type Tree,
  type Variables,
} from "@nn/core";
import { type Columns, predict } from "@nn/trainer";
import { columnsOf, matrixOf } from "../data/matrix.ts";
import { tableOf } from "../data/table-of.ts";
import { checkNames } from "../check-options.ts";
import { revertRows, transformRows } from "../data/transformed.ts";

/** A model that was trained on a table: what `kFold` gives, or what `loadModel` of `@nn/trainer/node` opens. */
export interface TableModel<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  readonly pipeline?: FittedTransform | undefined;
  readonly columns?: Columns | undefined;
}

/**
 * Predicts raw rows with a model that was trained on a table. They go through its pipeline, and predictions come back in
 * original units where the pipeline has a way. It is what `predictTable` of `kFold`'s models does, for those from files.
 *
 * ```ts
 * const model = await loadModel("houses.safetensors", { format, plugins, backend });
 * (await predictTable(model, table)).array("price");
 * ```
 */
export async function predictTable<In extends Tree, Out extends Tree>(
  trained: TableModel<In, Out>,
  table: Table,
  options: { readonly backend?: Backend } = {},
): Promise<Table> {
  checkNames("predictTable", options, ["backend"]);
  check(
    typeof trained?.model?.apply === "function",
    () => `predictTable: expected a model such as loadModel() opens, got ${String(trained)}`,
  );
  check(
    typeof table?.numRows === "function",
    () => `predictTable: expected a table such as one of tableOf(), got ${String(table)}`,
  );
  const { model, parameters, state, pipeline, columns } = trained;
  check(columns, () => "predictTable: this model was not trained on a table; use predict");
  const prepared = pipeline ? transformRows(pipeline, table, "predictTable") : table;
  const inputs = matrixOf("predictTable", prepared, columns.inputs);
  const output: Tree = predict(model, { parameters, state }, inputs, options);
  check(isTensor(output), () => "predictTable: the model gives several tensors; use predict");
  const data = await output.read();
  output.dispose();
  check(
    data.length === table.numRows() * columns.outputs.length,
    () =>
      `predictTable: the model gives ${data.length / table.numRows()} numbers for the columns ${columns.outputs.join(", ")}; ` +
      "use predict",
  );
  const predicted = tableOf(columnsOf(data, columns.outputs));
  return pipeline?.revert ? revertRows(pipeline, predicted, "predictTable") : predicted;
}
