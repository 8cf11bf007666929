import { check } from "@nn/core";
import { checkCount, checkKnown } from "../check-options.ts";
import type { DataSet, Rows } from "../data/data.ts";
import { errorsIn } from "./errors.ts";
import { byPath, type ColumnNames, columnsOf, type Finding } from "./finding.ts";
import { type Matrix, readMatrix, widthOf } from "./matrix.ts";
import { warningsIn } from "./warnings.ts";
import { mapRows, rowsOf } from "../data/rows-tree.ts";

/** How `lintData` looks at data. */
export interface LintOptions {
  /**
   * Names of columns: of the inputs, or by the path of each tensor, as in `{ "inputs.numeric": ["age", "height"] }`.
   */
  readonly names?: ColumnNames;
  /**
   * How many numbers of a tensor to look at; of more, evenly spaced rows are taken. 4,194,304 by default. Values
   * that are not finite are looked for in all rows of arrays.
   */
  readonly limit?: number;
}

/**
 * Looks for what is wrong with data before a model is trained on it. Nothing is thrown for what it finds.
 *
 * Errors: tensors of different numbers of rows, values that are not finite, rows of different shapes, weights that
 * cannot be used. Warnings, for rows of numbers (not for images and other examples of several axes, or bytes): inputs that
 * are constant, repeat another one, are far from a scale of 1, or give away the target (a correlation above 0.9999,
 * values that belong to one class each, or one value for each class; from 20 rows on); classes of which one has 20 times
 * the rows of another; targets that are constant or far from a scale of 1.
 *
 * ```ts
 * console.log(showFindings(await lintData({ inputs, targets }, { names: ["age", "height"] })));
 * ```
 */
export async function lintData(
  data: DataSet,
  options: LintOptions = {},
): Promise<readonly Finding[]> {
  const { limit = 2 ** 22, names = {} } = options;
  check(
    typeof data === "object" && data !== null && data.inputs !== undefined,
    () => `lintData: expected { inputs, targets }, got ${String(data)}`,
  );
  checkKnown("lintData", options, ["names", "limit"]);
  checkCount("lintData: limit", limit);
  const leaves: Leaf[] = [];
  const { inputs, targets, weights } = data;
  const root = "lintData: data";
  mapRows(root, { inputs, targets, ...(weights && { weights }) }, (leaf, path) =>
    leaves.push({ leaf, path: path.slice(root.length + 1) }),
  );
  checkNames(names, leaves);
  const [rows = 0, ...others] = leaves.map(({ leaf }) => rowsOf(leaf) ?? 0);
  if (rows === 0 || others.some((other) => other !== rows)) return [wrongRows(leaves)];
  // Columns are compared with each other, which takes the same rows of all.
  const widest = Math.max(...leaves.map(({ leaf }) => widthOf(leaf)));
  const step = Math.max(1, Math.ceil((rows * widest) / limit));
  const columns = columnsOf(names, step);
  const errors: Finding[] = [];
  const matrices: Matrix[] = [];
  for (const { leaf, path } of leaves) {
    const matrix = await readMatrix(leaf, path, step);
    if (!matrix) continue;
    matrices.push(matrix);
    errors.push(...errorsIn(leaf, matrix, columns));
  }
  if (errors.some(({ code }) => code === "shape")) return errors;
  const of = (group: string): Matrix[] =>
    matrices.filter(({ path }) => path === group || path.startsWith(`${group}.`));
  return [...errors, ...warningsIn(of("inputs"), of("targets"), columns, inputs === targets)];
}

/** A tensor or array and its place in the data. */
interface Leaf {
  readonly path: string;
  readonly leaf: Rows;
}

/** Refuses names that are not those of the columns. */
function checkNames(names: ColumnNames, leaves: readonly Leaf[]): void {
  check(
    typeof names === "object" && names !== null,
    () => `lintData: names: expected a list of names, or lists by path, got ${String(names)}`,
  );
  for (const [path, own] of Object.entries(byPath(names))) {
    const named = leaves.find((leaf) => leaf.path === path);
    check(
      named && Array.isArray(own),
      () =>
        `lintData: names: expected lists of names by the path of a tensor (${leaves.map((leaf) => leaf.path).join(", ")}), ` +
        `got ${String(own)} for '${path}'`,
    );
    const width = widthOf(named.leaf);
    check(
      own.length === width,
      () => `lintData: names: there are ${own.length} for the ${width} columns of ${path}`,
    );
  }
}

function wrongRows(leaves: readonly Leaf[]): Finding {
  const shown = leaves.map(({ path, leaf }) => `${path} has ${rowsOf(leaf) || "no"} rows`);
  return {
    severity: "error",
    code: "rows",
    columns: leaves.map(({ path }) => path),
    rows: [],
    message: `there must be the same number of rows everywhere: ${shown.join(", ")}`,
    fix: "give every example a row in each",
  };
}

/**
 * Findings as text, one a line, errors first.
 *
 * ```ts
 * console.warn(showFindings(await lintData(data)));
 * ```
 */
export function showFindings(findings: readonly Finding[]): string {
  const ordered = [...findings].sort(
    (a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"),
  );
  return ordered.map(({ severity, message, fix }) => `${severity}: ${message}; ${fix}`).join("\n");
}
