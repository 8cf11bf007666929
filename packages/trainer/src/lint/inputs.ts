import { type Columns, columnsWhere, type Finding, list, warning } from "./finding.ts";
import type { Matrix } from "./matrix.ts";
import { isConstant, isRare, leastRows, type Table } from "./table.ts";

/** Largest magnitudes of a column between which it counts as scaled. */
const scales = { least: 0.01, most: 100 };

/** Columns with one value. */
export function constants(
  code: "constant" | "constant-target",
  tables: readonly Table[],
  columns: Columns,
): Finding[] {
  const names = tables.flatMap(({ matrix, statistics }) =>
    columnsWhere(matrix.width, (column) => isConstant(statistics, column)).map((column) =>
      columns.nameOf(matrix, column),
    ),
  );
  return warning(
    code,
    names,
    `${list(names)}: the same value in every row${columns.sample}`,
    code === "constant"
      ? "leave out what tells nothing"
      : "there is nothing to learn; look at where targets come from",
  );
}

/** Columns that are copies. */
export function duplicates(tables: readonly Table[], columns: Columns): Finding[] {
  const known = new Map<string, { readonly table: Table; readonly column: number }[]>();
  const names: string[] = [];
  const shown: string[] = [];
  for (const table of tables)
    for (let column = 0; column < table.matrix.width; column++) {
      const { matrix, statistics } = table;
      if (isConstant(statistics, column) || matrix.rows < leastRows) continue;
      const { first, sums, squares } = statistics;
      const key = `${first[column]} ${sums[column]} ${squares[column]}`;
      const others = known.get(key) ?? [];
      known.set(key, others);
      const same = others.find((other) =>
        areEqual(other.table.matrix, other.column, matrix, column),
      );
      if (!same) others.push({ table, column });
      if (!same || isRare(matrix, column)) continue;
      const name = columns.nameOf(matrix, column);
      names.push(name);
      shown.push(`${name} repeats ${columns.nameOf(same.table.matrix, same.column)}`);
    }
  return warning("duplicate", names, `${list(shown)}${columns.sample}`, "leave out the copies");
}

function areEqual(a: Matrix, columnA: number, b: Matrix, columnB: number): boolean {
  for (let row = 0; row < a.rows; row++)
    if (a.values[row * a.width + columnA] !== b.values[row * b.width + columnB]) return false;
  return true;
}

/** Columns far from a scale of 1. */
export function unscaled(
  code: "unscaled" | "unscaled-target",
  tables: readonly Table[],
  columns: Columns,
): Finding[] {
  const names: string[] = [];
  const shown: string[] = [];
  for (const { matrix, statistics } of tables)
    for (let column = 0; column < matrix.width; column++) {
      const size = Math.max(-statistics.smallest[column]!, statistics.largest[column]!);
      const isScaled = size >= scales.least && size <= scales.most;
      // A column without a finite value has no size.
      if (isScaled || isConstant(statistics, column) || !Number.isFinite(size)) continue;
      const name = columns.nameOf(matrix, column);
      names.push(name);
      shown.push(`${name} (up to ${Number(size.toPrecision(2))})`);
    }
  return warning(
    code,
    names,
    `${list(shown)}: far from a scale of 1${columns.sample}`,
    code === "unscaled"
      ? "scale columns alike, to a mean of 0 and a deviation of 1 or into 0 to 1"
      : "scale targets, and take predictions back",
  );
}
