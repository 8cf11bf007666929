import {
  type Backend,
  type DType,
  type FittedTransform,
  type Table,
  tensor,
  type Tensor,
  type Transform,
} from "@nn/core";
import {
  type Batch,
  type Columns,
  type DataSet,
  type Lint,
  refuseNotFinite,
  type ShapedArray,
  takeRows,
  uploadSet,
} from "@nn/trainer";
import type { Split, SplitRows } from "../splitters/splitter.ts";
import { matrixOf, refuseGaps } from "./matrix.ts";
import { disposeOf } from "./dispose.ts";
import { rowsOf } from "./table-of.ts";
import { columnsFor, transformed } from "./transformed.ts";

/** The examples of a fold on a backend. */
export interface FoldData {
  readonly train: Batch;
  readonly validation: Batch;
  /** What was fitted on the training rows of a table, and its columns. */
  readonly pipeline?: FittedTransform;
  readonly columns?: Columns;
  /** The raw validation rows of a table with a pipeline. */
  readonly rows?: Table;
  release(): void;
}

/** Data that folds are taken from. */
export interface Source {
  readonly rows: number;
  readonly column?: SplitRows["column"];
  fold(split: Split): FoldData | Promise<FoldData>;
  /** What predictions of these rows are judged by, where all folds have the same. */
  targets?(rows: Int32Array): Pick<Batch, "targets" | "weights">;
  release(): void;
}

/** How data is looked at, and held. */
export interface SourceOptions {
  readonly dtype: DType;
  readonly lint: Lint | boolean;
}

/** What to predict from a table, and what is done to it first. */
export interface TableOptions extends SourceOptions {
  readonly pipeline: Transform | undefined;
  readonly targets: readonly string[];
}

/** Takes folds from a data set, which is put on the backend once. */
export async function setSource(
  backend: Backend,
  data: DataSet,
  { dtype, lint }: SourceOptions,
): Promise<Source> {
  const { tree, rows, release } = await uploadSet("kFold: data", backend, data, dtype);
  try {
    if (lint !== false) refuseNotFinite("kFold: data", data);
    if (typeof lint === "function") await lint(data, "data");
  } catch (error) {
    release();
    throw error;
  }
  const { inputs: _, ...judged } = tree;
  return {
    rows,
    fold(split) {
      const train = takeRows(tree, split.train) as Batch;
      const validation = takeRows(tree, split.validation) as Batch;
      return { train, validation, release: () => disposeOf([train, validation]) };
    },
    targets: (numbers) => takeRows(judged, numbers) as Pick<Batch, "targets" | "weights">,
    release,
  };
}

/** Takes folds from a table: of each, what the pipeline makes of its rows, fitted on those to train on. */
export async function tableSource(
  backend: Backend,
  table: Table,
  options: TableOptions,
): Promise<Source> {
  const column = (name: string): ArrayLike<unknown> => table.array(name);
  const { pipeline } = options;
  if (pipeline)
    return {
      rows: table.numRows(),
      column,
      fold: (split) => preparedFold(backend, table, { ...options, pipeline }, split),
      release: () => undefined,
    };
  const columns = columnsFor(table, options.targets);
  const source = await setSource(backend, setOf(table, columns, options.lint), options);
  return { ...source, column, fold: async (split) => ({ ...(await source.fold(split)), columns }) };
}

async function preparedFold(
  backend: Backend,
  table: Table,
  { pipeline, targets, dtype, lint }: TableOptions & { readonly pipeline: Transform },
  split: Split,
): Promise<FoldData> {
  const rows = rowsOf(table, split.validation);
  const { fitted, columns, ...parts } = transformed(
    pipeline,
    targets,
    rowsOf(table, split.train),
    rows,
  );
  const trained = parts.kept ? parts.kept.map((row) => split.train[row]!) : split.train;
  const sets = {
    train: setOf(parts.train, columns, lint, trained),
    validation: setOf(parts.validation, columns, lint, split.validation),
  };
  if (typeof lint === "function") {
    await lint(sets.train, "data");
    await lint(sets.validation, "validation");
  }
  const upload = ({ data, shape }: ShapedArray): Tensor => tensor(backend, data, { shape, dtype });
  const batch = ({ inputs, targets: known }: TableSet): Batch => ({
    inputs: upload(inputs),
    targets: upload(known),
  });
  const batches = { train: batch(sets.train), validation: batch(sets.validation) };
  return {
    ...batches,
    pipeline: fitted,
    columns,
    rows,
    release: () => disposeOf(batches),
  };
}

type TableSet = { readonly inputs: ShapedArray; readonly targets: ShapedArray };

/** The examples of a table. `rows` has the numbers that errors call its rows by, where it is a part of another one. */
function setOf(table: Table, columns: Columns, lint: Lint | boolean, rows?: Int32Array): TableSet {
  const of = (names: readonly string[]): ShapedArray => {
    const matrix = matrixOf("kFold", table, names, rows);
    if (lint !== false) refuseGaps("kFold", matrix, names, rows);
    return matrix;
  };
  return { inputs: of(columns.inputs), targets: of(columns.outputs) };
}
