import {
  type Backend,
  check,
  type Table,
  tensor,
  type Tensor,
  TensorError,
  type Transform,
} from "@nn/core";
import type { Batch, Columns, Lint, ShapedArray } from "@nn/trainer";
import type { Split } from "../splitters/splitter.ts";
import { shown } from "../check-options.ts";
import { disposeOf } from "./dispose.ts";
import { matrixOf, numbersOf, refuseGaps } from "./matrix.ts";
import { type FoldData, setSource, type Source, type SourceOptions } from "./source.ts";
import { rowsOf, withoutColumns } from "./table-of.ts";
import { columnsFor, transformed } from "./transformed.ts";

/** What the columns of a table are, and what is done to it first. */
export interface TableOptions extends SourceOptions {
  readonly pipeline: Transform | undefined;
  readonly targets: readonly string[];
  /** Columns that are neither inputs nor targets. */
  readonly ids: string | undefined;
  readonly weights: string | undefined;
}

/** Takes folds from a table: of each, what the pipeline makes of its rows, fitted on those to train on. */
export async function tableSource(
  backend: Backend,
  table: Table,
  options: TableOptions,
): Promise<Source> {
  const { pipeline, targets, lint } = options;
  const aside = setAside(table, options);
  const seen = withoutColumns(table, aside);
  const weights = options.weights === undefined ? undefined : weightsOf(table, options.weights);
  const shared = {
    column: (name: string): ArrayLike<unknown> => table.array(name),
    ...(options.ids !== undefined && { ids: table.array(options.ids) }),
    ...(weights && { weights }),
  };
  if (pipeline) {
    const prepared = { ...options, pipeline };
    return {
      ...shared,
      rows: table.numRows(),
      fold: (split) => preparedFold(backend, { table: seen, aside, weights }, prepared, split),
      release: () => undefined,
    };
  }
  const columns = columnsFor(seen, targets);
  const set = { ...setOf(seen, columns, lint), ...(weights && { weights }) };
  const source = await setSource(backend, set, options);
  return {
    ...source,
    ...shared,
    fold: async (split) => ({ ...(await source.fold(split)), columns }),
  };
}

/** The columns that neither pipelines nor models see. */
function setAside(table: Table, { ids, weights, targets }: TableOptions): string[] {
  const names = table.columnNames();
  return Object.entries({ ids, weights }).flatMap(([option, name]) => {
    if (name === undefined) return [];
    check(
      names.includes(name),
      () =>
        `kFold: ${option} must name a column of the table, got '${name}'; there are ${names.join(", ")}`,
    );
    check(!targets.includes(name), () => `kFold: column '${name}' is for ${option} and target`);
    return [name];
  });
}

function weightsOf(table: Table, name: string): Float64Array {
  const refuse = (what: string): never => {
    throw new TensorError(
      `kFold: weights: column '${name}' must have numbers from 0, one of them above, but ${what}`,
    );
  };
  const numbers = numbersOf(table, name);
  if ("row" in numbers) return refuse(`row ${numbers.row} has ${shown(numbers.value)}`);
  const at = numbers.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (at >= 0) return refuse(`row ${at} has ${numbers[at]}`);
  return numbers.some((weight) => weight > 0) ? numbers : refuse("all are 0");
}

/** What pipelines see of a table, and what they do not. */
interface SeenTable {
  readonly table: Table;
  readonly aside: readonly string[];
  readonly weights: Float64Array | undefined;
}

async function preparedFold(
  backend: Backend,
  { table, aside, weights }: SeenTable,
  { pipeline, targets, dtype, lint, linted }: TableOptions & { readonly pipeline: Transform },
  split: Split,
): Promise<FoldData> {
  const rows = rowsOf(table, split.validation);
  const { fitted, columns, ...parts } = explained(aside, () =>
    transformed(pipeline, targets, rowsOf(table, split.train), rows),
  );
  const trained = parts.kept ? parts.kept.map((row) => split.train[row]!) : split.train;
  const part = (own: Table, numbers: Int32Array): TableSet => ({
    ...setOf(own, columns, lint, numbers),
    ...(weights && { weights: Float64Array.from(numbers, (row) => weights[row]!) }),
  });
  const sets = {
    train: part(parts.train, trained),
    validation: part(parts.validation, split.validation),
  };
  if (typeof lint === "function" && !linted.has(split)) {
    await lint(sets.train, "data");
    await lint(sets.validation, "validation");
    linted.add(split);
  }
  const upload = ({ data, shape }: ShapedArray): Tensor => tensor(backend, data, { shape, dtype });
  const batch = ({ inputs, targets: known, weights: own }: TableSet): Batch => ({
    inputs: upload(inputs),
    targets: upload(known),
    ...(own && { weights: upload({ data: own, shape: [own.length] }) }),
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

/** Says why a pipeline misses a column that the table has. */
function explained<T>(aside: readonly string[], prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    const { message } = error as Error;
    const name = aside.find((own) => message?.includes(`'${own}'`));
    if (name === undefined) throw error;
    throw new TensorError(
      `${message}; kFold keeps column '${name}' from the pipeline, which needs no step for it: it is named as ids or weights`,
      { cause: error },
    );
  }
}

type TableSet = {
  readonly inputs: ShapedArray;
  readonly targets: ShapedArray;
  readonly weights?: Float64Array;
};

/** The examples of a table. `rows` has the numbers that errors call its rows by, where it is a part of another one. */
function setOf(table: Table, columns: Columns, lint: Lint | boolean, rows?: Int32Array): TableSet {
  const of = (names: readonly string[]): ShapedArray => {
    const matrix = matrixOf("kFold", table, names, rows);
    if (lint !== false) refuseGaps("kFold", matrix, names, rows);
    return matrix;
  };
  return { inputs: of(columns.inputs), targets: of(columns.outputs) };
}
