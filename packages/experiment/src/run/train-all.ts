import {
  type Backend,
  check,
  type Observer,
  type Table,
  type Tensor,
  type TensorMap,
} from "@nn/core";
import {
  type Columns,
  type DataSet,
  fit,
  type FitResult,
  predict,
  type ShapedArray,
} from "@nn/trainer";
import {
  ensemble,
  type FoldModel,
  type KFoldResult,
  predictTable,
  type TableModel,
} from "@nn/trainer-kfold";
import type { Experiment } from "../experiment.ts";
import { numbersOf, withoutColumns } from "./columns.ts";

/** What training on all rows is told besides. */
export interface TrainAllOptions {
  readonly backend: Backend;
  readonly signal?: AbortSignal | undefined;
  readonly observe?: ((member: number, members: number) => Observer) | undefined;
}

/**
 * Trains the model anew on all rows, once for each member, with seeds that no fold has. It is trained for as many epochs
 * as the folds were; where callbacks may have ended them or gone back, for the median of their best epochs, without
 * callbacks: nothing is held back that they could look at.
 */
export async function trainAll(
  experiment: Experiment,
  table: Table,
  result: KFoldResult<Tensor, Tensor>,
  { backend, signal, observe }: TrainAllOptions,
): Promise<FoldModel<Tensor, Tensor> | undefined> {
  const { loss, metrics, optimizer, model, members, seed, target } = experiment;
  const { batchSize, shuffle, dtype, exactFigures, ids, weights, pipeline } = experiment;
  const seen = withoutColumns(table, [ids, weights]);
  const both = pipeline?.fitTransform?.(seen);
  const fitted = both?.fitted ?? pipeline?.fit(seen);
  const prepared = both?.table ?? fitted?.transform(seen) ?? seen;
  const inputs = prepared.columnNames().filter((name) => !target.includes(name));
  const columns: Columns = { inputs, outputs: target };
  const counts = weights === undefined ? undefined : numbersOf(table, weights);
  const data: DataSet = {
    inputs: matrixOf(prepared, inputs),
    targets: matrixOf(prepared, target),
    ...(counts && {
      weights: both?.rows ? Float64Array.from(both.rows, (row) => counts[row]!) : counts,
    }),
  };
  const trained: FitResult<Tensor, Tensor>[] = [];
  for (let member = 0; member < members; member++) {
    const own = await fit<Tensor, Tensor, Tensor>({
      backend,
      model,
      data,
      loss,
      metrics,
      optimizer,
      epochs: epochsFor(experiment, result),
      batchSize,
      shuffle,
      dtype,
      exactFigures,
      // Those of folds and their members are below.
      seed: seed + (result.folds.length * members + member) * 2 ** 32,
      ...(signal && { signal }),
      ...(observe && { callbacks: [observe(member, members)] }),
    });
    if (own.ended === "signal") return undefined;
    trained.push(own);
  }
  const [{ inputTypes, ...first }] = trained as [FitResult<Tensor, Tensor>];
  const whole: Omit<TableModel<Tensor, Tensor>, "pipeline" | "columns"> = members === 1
    ? { model: first.model, parameters: first.parameters, state: first.state }
    : {
        model: ensemble(trained.map((own) => own.model)),
        parameters: joined(trained.map(({ parameters }) => parameters)),
        state: joined(trained.map(({ state }) => state)),
      };
  const stored = { ...whole, columns, ...(fitted && { pipeline: fitted }) };
  return {
    ...stored,
    inputTypes,
    predict: (rows) => predict(whole.model, whole, rows, { backend }),
    predictTable: (rows) => predictTable(stored, rows, { backend }),
  };
}

function epochsFor({ epochs, json }: Experiment, { folds }: KFoldResult<Tensor, Tensor>): number {
  if ((json["callbacks"] as readonly unknown[]).length === 0) return epochs;
  const best = folds
    .flatMap(({ members }) => members.map(({ bestEpoch }) => bestEpoch))
    .toSorted((a, b) => a - b);
  return Math.max(1, best[Math.floor(best.length / 2)] ?? epochs);
}

function matrixOf(table: Table, names: readonly string[]): ShapedArray {
  const rows = table.numRows();
  const data = new Float64Array(rows * names.length);
  for (const [at, name] of names.entries()) {
    const values = numbersOf(table, name);
    check(values, () => `runExperiment: column '${name}' has something that is no number`);
    for (const [row, value] of values.entries()) data[row * names.length + at] = value;
  }
  return { data, shape: [rows, names.length] };
}

/** The variables of the members of an ensemble, as it calls them. */
function joined(members: readonly TensorMap[]): TensorMap {
  return Object.fromEntries(
    members.flatMap((own, i) =>
      Object.entries(own).map(([path, value]) => [`${i}/${path}`, value] as const),
    ),
  );
}
