import type { Table } from "@nn/core";

/** The columns by these names that all tables have alike. */
export function commonColumns(
  tables: readonly Table[],
  names: readonly string[],
): { readonly [name: string]: ArrayLike<unknown> } {
  const [first, ...others] = tables;
  const common = names.filter(
    (name) =>
      tables.every((table) => table.columnNames().includes(name)) &&
      others.every((other) => sameColumns(first!.array(name), other.array(name))),
  );
  return Object.fromEntries(common.map((name) => [name, first!.array(name)]));
}

/** Whether columns have the same values. */
export function sameColumns(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let row = 0; row < a.length; row++)
    if (a[row] !== b[row] && !Object.is(a[row], b[row])) return false;
  return true;
}
