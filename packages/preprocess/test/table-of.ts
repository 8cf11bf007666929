import type { Table } from "@nn/core";

/** A table of arrays. */
export function tableOf(columns: { readonly [name: string]: ArrayLike<unknown> }): Table {
  return {
    numRows: () => Object.values(columns)[0]?.length ?? 0,
    columnNames: () => Object.keys(columns),
    array: (name) => columns[name]!,
  };
}
