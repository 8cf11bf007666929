import { type Columns, columnsWhere, type Finding, list } from "./finding.ts";
import type { Matrix } from "./matrix.ts";
import { statisticsOf } from "./statistics.ts";

/** What training would fail at. */
export function errorsIn(matrix: Matrix, columns: Columns): Finding[] {
  const { path, values, ragged } = matrix;
  if (ragged !== undefined)
    return [
      {
        severity: "error",
        code: "shape",
        columns: [path],
        rows: [columns.rowOf(ragged)],
        message: `${path}: row ${columns.rowOf(ragged)} has another shape than the first`,
        fix: "give all rows the same shape",
      },
    ];
  const isWeights = path === "weights";
  const found = matrix.isFloat ? notFinite(matrix, columns) : [];
  if (!isWeights || found.length > 0) return found;
  const negative = values.findIndex((value) => value < 0);
  if (negative < 0 && values.some((value: number) => value > 0)) return [];
  return [
    {
      severity: "error",
      code: "weights",
      columns: [path],
      rows: negative < 0 ? [] : [columns.rowOf(negative)],
      message:
        negative < 0
          ? `weights are all 0${columns.sample}`
          : `weights: row ${columns.rowOf(negative)} has ${values[negative]}`,
      fix: "use numbers from 0, one of them above",
    },
  ];
}

function notFinite(matrix: Matrix, columns: Columns): Finding[] {
  const { values, width } = matrix;
  // Nearly always there is none, and nothing more to do: x - x is 0 just where x is finite.
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! - values[at]!;
  if (sum === 0) return [];
  const { bad, badRows } = statisticsOf(matrix);
  const numbers = columnsWhere(width, (column) => bad[column]! > 0);
  const rows = [...new Set(numbers.flatMap((column) => badRows[column]!))].sort((a, b) => a - b);
  const names = numbers.map((column) => columns.nameOf(matrix, column));
  const [first] = numbers as [number];
  const example = values[badRows[first]![0]! * width + first]!;
  const count = bad.reduce((total, own) => total + own, 0);
  const few = rows.slice(0, 5).map(columns.rowOf);
  return [
    {
      severity: "error",
      code: "not-finite",
      columns: names,
      rows: few,
      message:
        `${list(names)}: ${count} ${count === 1 ? "value is" : "values are"} missing or not finite, first in ` +
        `${few.length === 1 ? "row" : "rows"} ${few.join(", ")} (${example})${columns.sample}`,
      fix: "fill them in or leave these rows out",
    },
  ];
}
