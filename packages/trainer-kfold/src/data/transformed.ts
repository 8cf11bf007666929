import { check, type FittedTransform, type Table, type Transform } from "@nn/core";
import type { Columns } from "@nn/trainer";

/** What a pipeline makes of the rows of a fold. */
export interface Transformed {
  readonly fitted: FittedTransform;
  readonly train: Table;
  /** Which of the training rows those to train on are, where some have gone or moved. */
  readonly kept: Int32Array | undefined;
  readonly validation: Table;
  readonly columns: Columns;
}

/** Fits a pipeline on training rows, applies it to all, and tells inputs from targets. */
export function transformed(
  pipeline: Transform,
  targets: readonly string[],
  trainRows: Table,
  validationRows: Table,
): Transformed {
  const both = pipeline.fitTransform?.(trainRows);
  const fitted = both?.fitted ?? pipeline.fit(trainRows);
  check(
    typeof fitted?.transform === "function",
    () => `kFold: fit() of ${pipeline.kind} must return a transform(table), got ${String(fitted)}`,
  );
  const train = both?.table ?? transformRows(fitted, trainRows);
  const validation = transformRows(fitted, validationRows);
  const columns = columnsFor(train, targets, " after the pipeline");
  const names = validation.columnNames();
  const missing = train.columnNames().find((name) => !names.includes(name));
  check(
    missing === undefined,
    () =>
      `kFold: ${pipeline.kind} made column '${missing}' of the training rows and not of the validation rows`,
  );
  return { fitted, train, kept: both?.rows, validation, columns };
}

/** Tells the columns to predict from all others. `place` is for the error where there is none. */
export function columnsFor(table: Table, targets: readonly string[], place = ""): Columns {
  const names = table.columnNames();
  for (const target of targets)
    check(
      names.includes(target),
      () =>
        `kFold: there is no column '${target}' to predict${place}; there are ${names.join(", ")}`,
    );
  const inputs = names.filter((name) => !targets.includes(name));
  check(
    inputs.length > 0,
    () => `kFold: all columns are targets (${targets.join(", ")}), nothing is left to predict from`,
  );
  return { inputs, outputs: targets };
}

/** Applies a fitted pipeline, which has to keep every row. `place` is what errors begin with. */
export function transformRows(fitted: FittedTransform, table: Table, place = "kFold"): Table {
  return checkRows(`${place}: ${fitted.kind}`, fitted.transform(table), table);
}

/** Takes columns back to original units, which has to keep every row, too. */
export function revertRows(fitted: FittedTransform, table: Table, place = "kFold"): Table {
  return checkRows(`${place}: revert() of ${fitted.kind}`, fitted.revert!(table), table);
}

function checkRows(name: string, result: Table, table: Table): Table {
  check(
    typeof result?.numRows === "function",
    () => `${name} must return a table, got ${String(result)}`,
  );
  const before = table.numRows();
  const after = result.numRows();
  check(
    after === before,
    () =>
      `${name} made ${after} rows of ${before}; a pipeline here has to keep rows, drop them before`,
  );
  return result;
}
