import { type Backend, check, type Table } from "@nn/core";
import { openExplained } from "../inputs/explained.ts";
import { columnAt } from "../inputs/features.ts";
import { type Columns, columnsOf, lengthOf, takeRows } from "../inputs/table.ts";
import { checkChoice, checkCount } from "../options.ts";
import { areNumbers, type Matrix, matrixOf, type Predictions } from "./matrix.ts";
import { matrixPredictor } from "./matrix-predictor.ts";
import { columnsIn, revertTo, transformed } from "./pipeline.ts";
import { type FeatureKind, openTableModel, type Units } from "./table-model.ts";

/** A model, a table, and how to look at them. */
export interface TableQuestion {
  readonly model: unknown;
  readonly table: Table | Columns;
  readonly by?: FeatureKind | undefined;
  readonly units?: Units | undefined;
  /** The column that says how much each row counts, which is no feature. */
  readonly weights?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly backend?: Backend | undefined;
  /** The numbers of the rows to look at, of so many. */
  rowsOf(count: number): Int32Array;
  breathe(): Promise<void>;
}

/** Some rows of a table, and a model as a function of columns. */
export interface OpenedTable {
  readonly backend: Backend;
  /** What predictions and targets are in. */
  readonly units: Units;
  /** The features: all columns of the raw table but those to predict, or those that the model sees. */
  readonly columns: Columns;
  /** What is predicted where features have other values. */
  predict(columns: Columns): Promise<Predictions>;
  /** What should be predicted for the rows as they are. */
  targets(): Predictions;
  /** How much each row counts, where a column says so. */
  readonly weights: Float64Array | undefined;
}

/**
 * Makes a function of columns of a model and its pipeline, which goes over all rows each time: so columns that are made of
 * several others, or by steps that nobody knows, are what they would be.
 */
export async function openTable(name: string, question: TableQuestion): Promise<OpenedTable> {
  const { model, table, by = "source", units, weights, batchSize = 1024, backend } = question;
  checkChoice(`${name}: by`, by, ["source", "column"]);
  checkChoice(`${name}: units`, units, ["original", "transformed"]);
  checkCount(`${name}: batchSize`, batchSize);
  const opened = openExplained(name, model, backend);
  const { pipeline, columns } = openTableModel(name, model);
  const { inputs, outputs } = columns;
  const run = matrixPredictor(name, opened, batchSize, question.breathe);
  const given = columnsOf(`${name}: table`, table);
  const rows = question.rowsOf(lengthOf(given));
  const matrix = (some: Columns, names: readonly string[]): Matrix =>
    matrixOf(name, some, names, rows);
  const back = (numbers: Predictions): Columns | undefined =>
    revertTo(name, pipeline, outputs, numbers);

  const raw = takeRows(given, rows);
  if (weights !== undefined) columnAt(`${name}: weights`, Object.keys(raw), weights);
  const prepared = transformed(name, pipeline, raw);
  const seen = columnsIn(name, prepared, inputs);
  const reverted = back(await run(matrix(seen, inputs)));
  const canRevert =
    reverted !== undefined && areNumbers(reverted) && areOneForOne(Object.keys(reverted), outputs);
  check(
    canRevert || !pipeline || units !== "original",
    () =>
      `${name}: there is no way to take predictions of ${outputs.join(", ")} back to numbers in original units; use ` +
      '{ units: "transformed" }',
  );
  const isOriginal = canRevert && units !== "transformed";
  const predicted = Object.keys(reverted ?? {});
  const others = new Set([...outputs, ...predicted, weights]);
  const features = Object.keys(raw).filter((each) => !others.has(each));
  return {
    backend: opened.backend,
    units: isOriginal || !pipeline ? "original" : "transformed",
    columns: by === "column" ? seen : pick(raw, features),
    async predict(changed) {
      const own =
        by === "column"
          ? changed
          : columnsIn(name, transformed(name, pipeline, { ...raw, ...changed }), inputs);
      const predictions = await run(matrix(own, inputs));
      return isOriginal ? matrix(back(predictions)!, predicted) : predictions;
    },
    targets() {
      const isRaw = predicted.every((each) => Object.hasOwn(raw, each));
      if (isOriginal && isRaw && areNumbers(pick(raw, predicted))) return matrix(raw, predicted);
      const known = matrix(columnsIn(name, prepared, outputs), outputs);
      return isOriginal ? matrix(back(known)!, predicted) : known;
    },
    weights: weights === undefined ? undefined : matrix(raw, [weights]).data,
  };
}

/**
 * Whether columns that outputs are reverted to stand for some of them, by their names or since they are as many. A class
 * that is a number is none of the probabilities that it is made of. Outputs of several folds, such as `0/price` and
 * `1/price`, are one.
 */
function areOneForOne(names: readonly string[], outputs: readonly string[]): boolean {
  const single = new Set(outputs.map((output) => output.replace(/^\d+\//, "")));
  return names.length === single.size || names.every((each) => single.has(each));
}

function pick(columns: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(names.map((each) => [each, columns[each]!]));
}
