import { check, type FittedTransform, type Table, type Transform } from "@nn/core";
import type { FoldColumns } from "../result.ts";

/** What a pipeline makes of the rows of a fold. */
export interface Transformed {
  readonly fitted: FittedTransform | undefined;
  readonly train: Table;
  readonly validation: Table;
  readonly columns: FoldColumns;
}

/** Fits a pipeline on training rows, applies it to all, and tells inputs from targets. */
export function transformed(
  pipeline: Transform | undefined,
  targets: readonly string[],
  trainRows: Table,
  validationRows: Table,
): Transformed {
  const fitted = pipeline?.fit(trainRows);
  const apply = (rows: Table): Table => (fitted ? transformRows(fitted, rows) : rows);
  const train = apply(trainRows);
  const validation = apply(validationRows);
  const names = train.columnNames();
  for (const target of targets)
    check(
      names.includes(target),
      () =>
        `kFold: there is no column '${target}' to predict${pipeline ? " after the pipeline" : ""}; there are ${names.join(", ")}`,
    );
  const inputs = names.filter((name) => !targets.includes(name));
  check(
    inputs.length > 0,
    () => `kFold: all columns are targets (${targets.join(", ")}), nothing is left to predict from`,
  );
  const missing = inputs.find((name) => !validation.columnNames().includes(name));
  check(
    missing === undefined,
    () =>
      `kFold: ${pipeline?.kind} made column '${missing}' of the training rows and not of the validation rows`,
  );
  return { fitted, train, validation, columns: { inputs, outputs: targets } };
}

/** Applies a fitted pipeline, which has to keep every row. */
export function transformRows(fitted: FittedTransform, table: Table): Table {
  const result = fitted.transform(table);
  const before = table.numRows();
  const after = result.numRows();
  check(
    after === before,
    () =>
      `kFold: ${fitted.kind} made ${after} rows of ${before}; a pipeline here has to keep rows, drop them before`,
  );
  return result;
}
