import { check, type FittedTransform, type Table } from "@nn/core";
import { transformRows } from "../data/transformed.ts";
import { tableOf } from "../data/table-of.ts";
import { kindOf } from "../kind.ts";
import type { FoldColumns } from "../result.ts";

/** The pipeline of one model of an ensemble. */
export interface PipelineMember {
  readonly pipeline: FittedTransform;
  readonly columns: FoldColumns;
}

/**
 * The pipelines of several models as one, for `abreast`. The columns that it makes are called `0/area`, `1/area` and so
 * on; the way back takes what each model predicted back to original units, with its own pipeline, and gives the mean.
 */
export function pipelines(members: readonly PipelineMember[]): FittedTransform {
  check(
    members?.length > 0,
    () => `pipelines: expected a list of at least one pipeline, got ${String(members)}`,
  );
  return {
    kind: kindOf("pipelines"),
    config: {
      members: members.map(({ pipeline, columns }) => ({ pipeline, columns: { ...columns } })),
    },
    transform(table) {
      const columns: Record<string, ArrayLike<unknown>> = {};
      for (const [i, { pipeline, columns: own }] of members.entries()) {
        const result = transformRows(pipeline, table);
        for (const name of own.inputs) columns[`${i}/${name}`] = result.array(name);
      }
      return tableOf(columns);
    },
    revert(table) {
      const results = members.map(({ pipeline, columns: { outputs } }, i): Table => {
        const own = tableOf(
          Object.fromEntries(outputs.map((name) => [name, table.array(`${i}/${name}`)])),
        );
        return pipeline.revert?.(own) ?? own;
      });
      const [first] = results;
      const meanOf = (name: string): Float64Array => {
        const columns = results.map((result) => result.array(name) as ArrayLike<number>);
        return Float64Array.from(
          { length: table.numRows() },
          (_, row) => columns.reduce((sum, column) => sum + column[row]!, 0) / columns.length,
        );
      };
      return tableOf(Object.fromEntries(first!.columnNames().map((name) => [name, meanOf(name)])));
    },
  };
}
