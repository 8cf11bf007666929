import {
  type Backend,
  type DType,
  type FittedTransform,
  type Table,
  tensor,
  type Tensor,
  type Transform,
} from "@nn/core";
import { type Batch, type DataSet, takeRows, uploadSet } from "@nn/trainer";
import type { FoldColumns } from "../result.ts";
import type { Split, SplitRows } from "../splitters/splitter.ts";
import { matrixOf } from "./matrix.ts";
import { disposeOf } from "./dispose.ts";
import { rowsOf } from "./table-of.ts";
import { transformed } from "./transformed.ts";

/** The examples of a fold on a backend. */
export interface FoldData {
  readonly train: Batch;
  readonly validation: Batch;
  /** What was fitted on the training rows of a table, and its columns. */
  readonly pipeline?: FittedTransform;
  readonly columns?: FoldColumns;
  /** The raw validation rows of a table. */
  readonly rows?: Table;
  release(): void;
}

/** Data that folds are taken from. */
export interface Source {
  readonly rows: number;
  readonly column?: SplitRows["column"];
  fold(split: Split): FoldData;
  /** What predictions of these rows are judged by, where all folds have the same. */
  targets?(rows: Int32Array): Pick<Batch, "targets" | "weights">;
  release(): void;
}

/** Takes folds from a data set, which is put on the backend once. */
export async function setSource(backend: Backend, data: DataSet, dtype: DType): Promise<Source> {
  const { tree, rows, release } = await uploadSet("kFold: data", backend, data, dtype);
  return {
    rows,
    fold(split) {
      const train = takeRows(tree, split.train) as Batch;
      const validation = takeRows(tree, split.validation) as Batch;
      return { train, validation, release: () => disposeOf([train, validation]) };
    },
    targets: (numbers) => takeRows(tree, numbers) as Batch,
    release,
  };
}

/** Takes folds from a table: of each, what the pipeline makes of its rows, fitted on those to train on. */
export function tableSource(
  backend: Backend,
  table: Table,
  options: {
    readonly pipeline: Transform | undefined;
    readonly targets: readonly string[];
    readonly dtype: DType;
  },
): Source {
  const { pipeline, targets, dtype } = options;
  const upload = (part: Table, names: readonly string[]): Tensor => {
    const { data, shape } = matrixOf("kFold", part, names);
    return tensor(backend, data, { shape, dtype });
  };
  return {
    rows: table.numRows(),
    column: (name) => table.array(name),
    fold(split) {
      const rows = rowsOf(table, split.validation);
      const { fitted, train, validation, columns } = transformed(
        pipeline,
        targets,
        rowsOf(table, split.train),
        rows,
      );
      const batch = (part: Table): Batch => ({
        inputs: upload(part, columns.inputs),
        targets: upload(part, columns.outputs),
      });
      const batches = { train: batch(train), validation: batch(validation) };
      return {
        ...batches,
        ...(fitted && { pipeline: fitted }),
        columns,
        rows,
        release: () => disposeOf(batches),
      };
    },
    ...(!pipeline && {
      targets: (rows: Int32Array) => ({ targets: upload(rowsOf(table, rows), targets) }),
    }),
    release: () => undefined,
  };
}
