import { check, type FittedTransform, type Table } from "@nn/core";
import type { Columns } from "@nn/trainer";
import { commonColumns } from "../data/common-columns.ts";
import { transformRows } from "../data/transformed.ts";
import { tableOf } from "../data/table-of.ts";
import { kindOf } from "../kind.ts";
import { checkFlag, checkNames, checkOutputs } from "../check-options.ts";

/** The pipeline of one model of an ensemble. */
export interface PipelineMember {
  readonly pipeline: FittedTransform;
  readonly columns: Columns;
}

/** What can be chosen for `pipelines`. */
export interface PipelinesOptions {
  /**
   * `columns`: the outputs of the models are apart, as those of `abreast` can be, and called `0/price`, `1/price` and so on.
   * `mean`: they are one mean, called as those of the first model are. `columns` by default.
   */
  readonly outputs?: "mean" | "columns";
  /** Whether there is a way back; false by default. */
  readonly reverts?: boolean;
}

/**
 * The pipelines of several models as one, for `abreast`. The columns that it makes are called `0/area`, `1/area` and so
 * on. The way back takes what each model predicted to original units, with its own pipeline, and gives the mean.
 *
 * Where the outputs are one mean already, the first pipeline takes it back, which is right where all would do the same, as
 * with classes; and of a table that has them, the columns to predict are made as well, those of them that all pipelines
 * make alike, so that the model can be judged by it.
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
  checkNames("pipelines", options, ["outputs", "reverts"]);
  const { outputs = "columns", reverts = false } = options;
  checkOutputs("pipelines", outputs);
  checkFlag("pipelines: reverts", reverts);
  const isMean = outputs === "mean";
  const kept = members.map(({ pipeline, columns }) => ({ pipeline, columns: { ...columns } }));
  return {
    kind: kindOf("pipelines"),
    config: { members: kept, outputs, reverts },
    transform(table) {
      const results = members.map(({ pipeline }) => transformRows(pipeline, table, "pipelines"));
      const inputs = members.flatMap(({ columns }, i) =>
        columns.inputs.map((name) => [`${i}/${name}`, results[i]!.array(name)] as const),
      );
      const targets = isMean ? commonColumns(results, members[0]!.columns.outputs) : {};
      return tableOf({ ...Object.fromEntries(inputs), ...targets });
    },
    ...(reverts && {
      revert: (table: Table) =>
        isMean ? (members[0]!.pipeline.revert?.(table) ?? table) : revertAll(members, table),
    }),
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
