import {
  check,
  type Described,
  encode,
  flatten,
  isTensor,
  type Json,
  type Tree,
  type TypedArray,
} from "@nn/core";
import type { DataSet } from "@nn/trainer";
import type { FoldData } from "./data/source.ts";
import type { FoldFit } from "./job/train-fold.ts";
import { fitOptions } from "./check-k-fold.ts";
import type { AnyOptions, FoldInfo, PerFold } from "./options.ts";
import type { FoldRun, Plan } from "./plan.ts";
import type { Split } from "./splitters/splitter.ts";
import type { FoldIdentity } from "./store.ts";

/** What is known of a model before it is trained. */
export function foldInfo(plan: Plan, { fold, member }: FoldRun, { train }: FoldData): FoldInfo {
  const { splits, members, seed } = plan;
  const folds = splits.length;
  return {
    fold,
    folds,
    member,
    members,
    inputs: widthOf(train.inputs),
    outputs: widthOf(train.targets),
    // No other seed of 32 bits gives these, fold 0 trains as `fit` does with the seed itself, and the first members of
    // all folds have the seeds that they have alone.
    seed: seed + (member * folds + fold) * 2 ** 32,
  };
}

/** What `fit` is told. */
export function foldFit(options: AnyOptions, info: FoldInfo, data: FoldData): FoldFit {
  const { model, optimizer } = options;
  const callbacks = perFold(options.callbacks ?? [], info) ?? [];
  check(
    Array.isArray(callbacks),
    () => `kFold: callbacks must be a list, got ${String(callbacks)} for fold ${info.fold}`,
  );
  return {
    ...fitOptions(options),
    model: perFold(model, info),
    optimizer: perFold(optimizer, info),
    callbacks,
    seed: info.seed,
    data: data.train,
    validation: data.validation,
  };
}

/** What tells a fold in a store from those of other runs and other data, as far as it has a JSON form. */
export async function identityOf(
  fit: FoldFit,
  info: FoldInfo,
  { train, validation }: Split,
): Promise<FoldIdentity> {
  // How many members there are makes no difference to one of them, whose seed tells which it is.
  const { member: _, members: _members, ...known } = info;
  const { model, loss, optimizer, metrics = [], callbacks = [] } = fit;
  const { epochs, batchSize, shuffle, dtype, monitor, exactFigures } = fit;
  const data = await Promise.all([fit.data, fit.validation].map(hashOfSet));
  return {
    ...known,
    inputs: jsonOf(info.inputs),
    outputs: jsonOf(info.outputs),
    epochs,
    batchSize: batchSize ?? null,
    shuffle: shuffle ?? null,
    dtype: dtype ?? null,
    rows: `${train.length} + ${validation.length}, ${hashOf(train)}-${hashOf(validation)}`,
    data: data.join("-"),
    model: jsonOf(model),
    loss: jsonOf(loss),
    optimizer: jsonOf(optimizer),
    metrics: metrics.map(jsonOf),
    monitor: monitor ?? null,
    exactFigures: exactFigures ?? null,
    // Those without a kind, such as printouts, may come and go.
    callbacks: callbacks
      .filter((callback) => "kind" in Object(callback))
      .map((own) => jsonOf(own as never)),
  };
}

function perFold<T extends object>(value: PerFold<T>, info: FoldInfo): T {
  return typeof value === "function" ? (value as (fold: FoldInfo) => T)(info) : value;
}

function widthOf(tree: Tree): number {
  if (!isTensor(tree)) return Number.NaN;
  return tree.shape.length > 1 ? tree.shape.at(-1)! : 1;
}

function jsonOf(value: Described | number): Json {
  try {
    return typeof value === "number" ? String(value) : encode(value);
  } catch {
    return null;
  }
}

async function hashOfSet(set: DataSet): Promise<string> {
  const { leaves } = flatten(set as unknown as Tree);
  const arrays = await Promise.all(leaves.map((leaf) => leaf.read()));
  return arrays.map(hashOf).join("+");
}

/** FNV-1a, of words where there are whole ones. */
function hashOf({ buffer, byteOffset, byteLength }: TypedArray): string {
  const isWhole = byteLength % 4 === 0 && byteOffset % 4 === 0;
  const words = isWhole
    ? new Int32Array(buffer, byteOffset, byteLength / 4)
    : new Uint8Array(buffer, byteOffset, byteLength);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return (hash >>> 0).toString(16);
}
