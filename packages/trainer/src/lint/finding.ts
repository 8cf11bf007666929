import type { Matrix } from "./matrix.ts";

/** Something about data that does not let a model train, or learn well. */
export interface Finding {
  /** An error makes training fail or meaningless; a warning is worth a look. */
  readonly severity: "error" | "warning";
  readonly code:
    | "rows"
    | "shape"
    | "not-finite"
    | "weights"
    | "constant"
    | "duplicate"
    | "unscaled"
    | "leak"
    | "imbalanced"
    | "constant-target"
    | "unscaled-target";
  /** Which columns it is about, by name, or as in `inputs[3]` and `inputs.price`. */
  readonly columns: readonly string[];
  /** The first few rows with it, where it is about rows. */
  readonly rows: readonly number[];
  /** What was found, in a sentence. */
  readonly message: string;
  /** What can be done about it. */
  readonly fix: string;
}

/** How columns and rows are called. */
export interface Columns {
  nameOf(matrix: Matrix, column: number): string;
  /** The number that a row has in the data, of which every so many were taken. */
  rowOf(row: number): number;
  /** Says so, where not all rows were looked at. */
  readonly sample: string;
}

/** Names of columns: of the inputs, or by the path of each tensor. */
export type ColumnNames = readonly string[] | { readonly [path: string]: readonly string[] };

/** Names by the path of each tensor. */
export function byPath(names: ColumnNames): { readonly [path: string]: readonly string[] } {
  return Array.isArray(names)
    ? { inputs: names as readonly string[] }
    : (names as { readonly [path: string]: readonly string[] });
}

/** How columns are called, and rows, of which every `step`th was taken. */
export function columnsOf(names: ColumnNames, step: number): Columns {
  const lists = byPath(names);
  return {
    nameOf({ path, width, rank }, column) {
      if (Object.hasOwn(lists, path)) return lists[path]![column]!;
      return width === 1 && rank < 2 ? path : `${path}[${column}]`;
    },
    rowOf: (row) => row * step,
    sample: step > 1 ? ` (of every ${ordinal(step)} row)` : "",
  };
}

/** A warning about columns, where there are some. */
export function warning(
  code: Finding["code"],
  columns: readonly string[],
  message: string,
  fix: string,
): Finding[] {
  return columns.length > 0 ? [{ severity: "warning", code, columns, rows: [], message, fix }] : [];
}

/** The numbers of the columns that are found. */
export function columnsWhere(width: number, isFound: (column: number) => boolean): number[] {
  return Array.from({ length: width }, (_, column) => column).filter(isFound);
}

/** The first few names, and how many more there are. */
export function list(names: readonly string[]): string {
  const most = 5;
  const rest = names.length - most;
  return names.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function ordinal(number: number): string {
  const tens = number % 100;
  const last = tens > 10 && tens < 14 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}
