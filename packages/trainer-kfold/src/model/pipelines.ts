import { check, type FittedTransform, type Table } from "@nn/core";
import type { Columns } from "@nn/trainer";
import { transformRows } from "../data/transformed.ts";
import { tableOf } from "../data/table-of.ts";
import { kindOf } from "../kind.ts";
import { checkFlag, checkNames } from "../check-options.ts";

/** The pipeline of one model of an ensemble. */
export interface PipelineMember {
  readonly pipeline: FittedTransform;
  readonly columns: Columns;
}

/** What can be chosen for `pipelines`. */
export interface PipelinesOptions {
  /** Whether there is a way back, for models whose outputs are called `0/price`, `1/price` and so on; false by default. */
  readonly reverts?: boolean;
}

/**
 * The pipelines of several models as one, for `abreast`. The columns that it makes are called `0/area`, `1/area` and so
 * on. The way back takes what each model predicted to original units, with its own pipeline, and gives the mean.
 *
 * ```ts
 * const pipeline = pipelines(result.folds.map(({ pipeline, columns }) => ({ pipeline, columns })));
 * ```
 */
export function pipelines(
  members: readonly PipelineMember[],
  options: PipelinesOptions = {},
): FittedTransform {
  check(
    members?.length > 0 &&
      members.every(({ pipeline }) => typeof pipeline?.transform === "function"),
    () =>
      `pipelines: expected a list of at least one { pipeline, columns }, got ${String(members)}`,
  );
  checkNames("pipelines", options, ["reverts"]);
  const { reverts = false } = options;
  checkFlag("pipelines: reverts", reverts);
  const kept = members.map(({ pipeline, columns }) => ({ pipeline, columns: { ...columns } }));
  return {
    kind: kindOf("pipelines"),
    config: { members: kept, reverts },
    transform(table) {
      const columns: Record<string, ArrayLike<unknown>> = {};
      for (const [i, { pipeline, columns: own }] of members.entries()) {
        const result = transformRows(pipeline, table);
        for (const name of own.inputs) columns[`${i}/${name}`] = result.array(name);
      }
      return tableOf(columns);
    },
    ...(reverts && { revert: (table: Table) => revertAll(members, table) }),
  };
}

/** The mean of what the pipelines make of the columns of their models. */
function revertAll(members: readonly PipelineMember[], table: Table): Table {
  const results = members.map(({ pipeline, columns: { outputs } }, i): Table => {
    const own = Object.fromEntries(outputs.map((name) => [name, table.array(`${i}/${name}`)]));
    return pipeline.revert?.(tableOf(own)) ?? tableOf(own);
  });
  const meanOf = (name: string): Float64Array => {
    const columns = results.map((result) => result.array(name) as ArrayLike<number>);
    return Float64Array.from(
      { length: table.numRows() },
      (_, row) => columns.reduce((sum, column) => sum + column[row]!, 0) / columns.length,
    );
  };
  return tableOf(Object.fromEntries(results[0]!.columnNames().map((name) => [name, meanOf(name)])));
}
