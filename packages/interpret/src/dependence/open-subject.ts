import { check, type Tree } from "@nn/core";
import { allRows } from "../inputs/chosen-rows.ts";
import type { RowsTree } from "../inputs/examples.ts";
import { checkForm } from "../inputs/check-form.ts";
import type { Columns } from "../inputs/table.ts";
import { checkCount, checkFunction, show } from "../options.ts";
import { type OpenedTable, openTable } from "../table/open-table.ts";
import type { DependenceOptions } from "./dependence-options.ts";
import { functionSubject } from "./function-subject.ts";
import { modelSubject } from "./model-subject.ts";
import type { Subject, SubjectOptions } from "./subject.ts";

/** Opens what the options ask about: a model and its inputs, a model and a table, or a function of columns. */
export async function openSubject<In extends Tree, Out extends Tree>(
  name: string,
  options: DependenceOptions<In, Out>,
  shared: SubjectOptions,
): Promise<Subject> {
  checkForm(name, { ...options }, "inputs", ["backend"]);
  const { model, predict, output, names, batchSize = 1024, backend } = options;
  if (options.table !== undefined) {
    const { table, by, units } = options;
    const { rowsOf, breathe } = shared;
    const question = { model, table, by, units, batchSize, backend, rowsOf, breathe };
    return tableSubject(name, await openTable(name, question), output, shared);
  }
  const { inputs } = options;
  if (predict !== undefined) {
    checkFunction(`${name}: predict`, predict);
    return functionSubject(name, predict, inputs as Columns, output, shared);
  }
  checkCount(`${name}: batchSize`, batchSize);
  check(
    output === undefined || typeof output === "number" || typeof output === "function",
    () => `${name}: output must be the number of an output or a function, got ${show(output)}`,
  );
  const question = { model, inputs: inputs as RowsTree, output, names, batchSize, backend };
  return modelSubject(name, question, shared);
}

/** A model with its pipeline, as a function of the columns of rows that have been chosen. */
function tableSubject(
  name: string,
  { columns, predict, units }: OpenedTable,
  output: unknown,
  shared: SubjectOptions,
): Subject {
  return {
    ...functionSubject(name, predict, columns, output, { ...shared, rowsOf: allRows }),
    units,
  };
}
