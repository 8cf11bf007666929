import { check, type Table } from "@nn/core";
import { list } from "../show.ts";
import type { Column } from "./column.ts";
import type { Frame } from "./frame.ts";

/** What a pipeline makes of a table. Its columns are shared with other tables: copy one to change it. */
export interface PreparedTable extends Table {
  array(name: string): Column;
  /** All columns by name, for arquero: `table(prepared.columns())`. */
  columns(): { readonly [name: string]: Column };
  /** What the step `ids` has set aside, in row order. */
  readonly ids?: Column;
}

/** A frame as a table. */
export function prepared(frame: Frame): PreparedTable {
  const { rows, columns, lacking, ids } = frame;
  return {
    numRows: () => rows,
    columnNames: () => [...columns.keys()],
    array(name) {
      const column = columns.get(name);
      check(column, () => {
        const reason = lacking.get(name);
        return reason === undefined
          ? `pipeline: there is no column '${name}'; there are ${list(columns.keys())}`
          : `pipeline: column '${name}' needs the column '${reason}', which the table does not have`;
      });
      return column;
    },
    columns: () => Object.fromEntries(columns),
    ...(ids && { ids }),
  };
}
