import { isTensor } from "@nn/core";
import type { Rows } from "../data/data.ts";
import { type Columns, type Finding, list } from "./finding.ts";
import { findNotFinite } from "./finite.ts";
import type { Matrix } from "./matrix.ts";

/** What training would fail at, in rows that a matrix was made of. */
export function errorsIn(leaf: Rows, matrix: Matrix, columns: Columns): Finding[] {
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
  const found = matrix.isFloat ? notFinite(leaf, matrix, columns) : [];
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

function notFinite(leaf: Rows, matrix: Matrix, columns: Columns): Finding[] {
  const { values, rows, width } = matrix;
  // Of tensors, only what was read can be looked at.
  const isRead = isTensor(leaf);
  const { count, found } = findNotFinite(isRead ? { data: values, shape: [rows, width] } : leaf);
  const [first] = found;
  if (!first) return [];
  const numbers = [...new Set(found.map(({ column }) => column))].sort((a, b) => a - b);
  const names = numbers.map((column) => columns.nameOf(matrix, column));
  const all = [...new Set(found.map(({ row }) => row))];
  const few = all.slice(0, 5).map((row) => (isRead ? columns.rowOf(row) : row));
  return [
    {
      severity: "error",
      code: "not-finite",
      columns: names,
      rows: few,
      message:
        `${list(names)}: ${count} ${count === 1 ? "value is" : "values are"} missing or not finite, first in ` +
        `${few.length === 1 ? "row" : "rows"} ${few.join(", ")} (${String(first.value)})${isRead ? columns.sample : ""}`,
      fix: "fill them in or leave these rows out",
    },
  ];
}
