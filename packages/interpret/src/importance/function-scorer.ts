import {
  type Backend,
  cast,
  check,
  type DType,
  gather,
  isFloat,
  isTensor,
  jit,
  mapTree,
  type Table,
  tensor,
  type Tensor,
  TensorError,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { isLeaf, type RowsTree, uploadRows } from "../inputs/examples.ts";
import { featuresOf } from "../inputs/features.ts";
import { type Columns, columnsOf, lengthOf, takeRows } from "../inputs/table.ts";
import { checkBackend, isObject } from "../options.ts";
import { newSums, type Truth } from "./score.ts";
import type { GivenData, Scorer, ScorerOptions } from "./scorer.ts";

/** Any function from the columns of a table to predictions, one row for each of theirs. */
export type Predict = (columns: Columns) => RowsTree | PromiseLike<RowsTree>;

/** Scores a function of columns, which it calls once for each order. */
export function functionScorer(
  name: string,
  predict: Predict,
  data: Omit<GivenData, "inputs"> & { readonly inputs: Table | Columns },
  options: ScorerOptions,
): Scorer {
  checkBackend(`${name}: backend`, options.backend);
  const given = columnsOf(`${name}: data.inputs`, data.inputs);
  const { inputs: _, ...truthRows } = data;
  const names = Object.keys(given);
  const features = featuresOf(name, names, options.groups, options.only);
  const count = lengthOf(given);
  const rows = options.rowsOf(count);
  const columns = takeRows(given, rows);
  const sums = newSums(options.score);
  let home: Home | undefined;
  return {
    rows: rows.length,
    features,
    names,
    async score(feature = 0, order) {
      const shuffled = order ? takeRows(columns, order, features[feature]!.columns) : columns;
      const predictions = await predict(shuffled);
      home ??= newHome(name, options, predictions, truthRows, rows, count);
      const path = `${name}: what predict returned`;
      const prediction = uploadRows(path, home.backend, predictions, home.dtype);
      try {
        check(
          prediction.rows === rows.length,
          () => `${path} has ${prediction.rows} rows for the ${rows.length} it was given`,
        );
        await sums.add(home.measure(prediction.tree));
      } finally {
        prediction.release();
      }
      await options.breathe();
      return sums.finish();
    },
    release: () => home?.release(),
  };
}

/** Where predictions are measured, in double precision where there is one. */
interface Home {
  readonly backend: Backend;
  readonly dtype: DType;
  measure(prediction: Tree): TensorMap;
  release(): void;
}

function newHome(
  name: string,
  { backend: given, score }: ScorerOptions,
  predictions: RowsTree,
  truthRows: Omit<GivenData, "inputs">,
  rows: Int32Array,
  count: number,
): Home {
  const backend = given ?? homeOf(predictions);
  check(
    backend,
    () => `${name}: predict returns no tensor that says where to compute; pass { backend }`,
  );
  const dtype = backend.dtypes.includes("f64") ? "f64" : "f32";
  const truth = uploadRows(`${name}: data`, backend, { ...truthRows }, dtype);
  const numbers = tensor(backend, rows);
  const release = (): void => {
    numbers.dispose();
    truth.release();
  };
  if (truth.rows !== count) {
    release();
    throw new TensorError(
      `${name}: data.targets has ${truth.rows} rows where data.inputs has ${count}`,
    );
  }
  const wide = (leaf: Tensor): Tensor => (isFloat(leaf.dtype) ? cast(leaf, dtype) : leaf);
  const run = jit(function importance(prediction: Tree, all: Tree, at: Tensor): TensorMap {
    const taken = mapTree(all, (leaf) => wide(gather(leaf, at))) as Truth;
    return score.measure(mapTree(prediction, wide) as Tree, taken);
  });
  return {
    backend,
    dtype,
    measure: (prediction) => run(prediction, truth.tree, numbers),
    release,
  };
}

/** The backend of the first tensor with a value. */
function homeOf(predictions: RowsTree): Backend | undefined {
  if (isTensor(predictions))
    return predictions.source.state === "value" ? predictions.source.backend : undefined;
  if (isLeaf(predictions) || !isObject(predictions)) return undefined;
  for (const child of Object.values(predictions)) {
    const home = homeOf(child as RowsTree);
    if (home) return home;
  }
  return undefined;
}
