import { check, type Tree } from "@nn/core";
import { allRows } from "../inputs/chosen-rows.ts";
import { checkForm } from "../inputs/check-form.ts";
import { checkCount, isObject, show } from "../options.ts";
import { type OpenedTable, openTable } from "../table/open-table.ts";
import { functionScorer } from "./function-scorer.ts";
import type { FunctionImportance, ImportanceOptions } from "./importance-options.ts";
import { modelScorer } from "./model-scorer.ts";
import type { GivenData, Scorer, ScorerOptions } from "./scorer.ts";

/** Opens what the options ask about: a model and its inputs, a model and a table, or a function of columns. */
export async function openScorer<In extends Tree, Out extends Tree, Target extends Tree>(
  name: string,
  options: ImportanceOptions<In, Out, Target>,
  shared: ScorerOptions,
): Promise<Scorer> {
  checkForm(name, { ...options }, "data");
  const { model, predict, names, batchSize = 1024 } = options;
  if (options.table !== undefined) {
    const { table, by, units, weights, backend } = options;
    const { rowsOf, breathe } = shared;
    const question = { model, table, by, units, weights, batchSize, backend, rowsOf, breathe };
    return tableScorer(name, await openTable(name, question), shared);
  }
  const { data } = options;
  check(
    isObject(data) && data["inputs"] !== undefined && data["targets"] !== undefined,
    () => `${name}: data must be { inputs, targets }, got ${show(data)}`,
  );
  const other = Object.keys(data).find((key) => !["inputs", "targets", "weights"].includes(key));
  check(
    other === undefined,
    () => `${name}: data has no '${other}'; there are inputs, targets and weights`,
  );
  if (predict === undefined) {
    checkCount(`${name}: batchSize`, batchSize);
    return modelScorer(name, model, data as GivenData, names, batchSize, shared);
  }
  check(
    typeof predict === "function",
    () => `${name}: predict must be a function of columns, got ${show(predict)}`,
  );
  return functionScorer(name, predict, data as FunctionImportance["data"], shared);
}

/** Scores a model with its pipeline, as a function of the columns of rows that have been chosen. */
function tableScorer(name: string, opened: OpenedTable, shared: ScorerOptions): Scorer {
  const { backend, columns, predict, units, weights } = opened;
  const scored = { inputs: columns, targets: opened.targets(), weights };
  return {
    ...functionScorer(name, predict, scored, { ...shared, backend, rowsOf: allRows }),
    units,
  };
}
