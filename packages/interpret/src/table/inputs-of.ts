import type { Table, Tree } from "@nn/core";
import { chosenRows } from "../inputs/chosen-rows.ts";
import type { ShapedArray } from "../inputs/examples.ts";
import { type Columns, columnsOf, lengthOf, takeRows } from "../inputs/table.ts";
import { matrixOf } from "./matrix.ts";
import { columnsIn, transformed } from "./pipeline.ts";
import { openTableModel, type TableModel } from "./table-model.ts";

/** Examples as a model takes them, and what their columns are called. */
export interface NamedInputs extends ShapedArray {
  readonly names: readonly string[];
}

/**
 * What a model that was trained on a table sees of raw rows, after its pipeline: all of them, or those with these numbers.
 * `saliency` and `integratedGradients` take it as their inputs.
 *
 * ```ts
 * const inputs = inputsOf(result.best, table, [3, 7]);
 * const { values } = await integratedGradients({ model: result.best, inputs });
 * values.data; // what each of inputs.names adds to the predictions of both rows
 * ```
 */
export function inputsOf<In extends Tree, Out extends Tree>(
  model: TableModel<In, Out>,
  table: Table | Columns,
  rows?: ArrayLike<number>,
): NamedInputs {
  const name = "inputsOf";
  const { pipeline, columns } = openTableModel(name, model);
  const given = columnsOf(`${name}: table`, table);
  const numbers = chosenRows(name, lengthOf(given), rows, 0);
  const prepared = transformed(name, pipeline, takeRows(given, numbers));
  const names = columns.inputs;
  return { ...matrixOf(name, columnsIn(name, prepared, names), names, numbers), names };
}
