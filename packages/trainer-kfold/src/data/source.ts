import type { Backend, DType, FittedTransform, Table } from "@nn/core";
import {
  type Batch,
  type Columns,
  type DataSet,
  type Lint,
  refuseNotFinite,
  takeRows,
  uploadSet,
} from "@nn/trainer";
import type { Split, SplitRows } from "../splitters/splitter.ts";
import { disposeOf } from "./dispose.ts";

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
  /** What tells the rows of a table apart, and how much each of them counts, where columns are named for it. */
  readonly ids?: ArrayLike<unknown>;
  readonly weights?: Float64Array;
  fold(split: Split): FoldData | Promise<FoldData>;
  /** What predictions of these rows are judged by, where all folds have the same. */
  targets?(rows: Int32Array): Pick<Batch, "targets" | "weights">;
  release(): void;
}

/** How data is looked at, and held. */
export interface SourceOptions {
  readonly dtype: DType;
  readonly lint: Lint | boolean;
  /** Of what `lint` has been done, for data that is put on another backend: "all", or the rows of a fold. */
  readonly linted: Set<Split | "all">;
}

/** Takes folds from a data set, which is put on the backend once. */
export async function setSource(
  backend: Backend,
  data: DataSet,
  { dtype, lint, linted }: SourceOptions,
): Promise<Source> {
  const { tree, rows, release } = await uploadSet("kFold: data", backend, data, dtype);
  try {
    if (!linted.has("all")) {
      if (lint !== false) refuseNotFinite("kFold: data", data);
      if (typeof lint === "function") await lint(data, "data");
      linted.add("all");
    }
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
