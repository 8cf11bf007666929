import { encode, isTensor, type Described, type Json, type Tree } from "@nn/core";
import type { FoldData } from "./data/source.ts";
import type { FoldFit } from "./job/train-fold.ts";
import type { FoldInfo, PerFold } from "./options.ts";
import type { AnyOptions, Plan } from "./plan.ts";
import type { Split } from "./splitters/splitter.ts";
import type { FoldIdentity } from "./store.ts";

/** The options that are not passed on to `fit`, or not as they are. */
const own = new Set<string>([
  "folds",
  "data",
  "target",
  "pipeline",
  "model",
  "optimizer",
  "callbacks",
  "average",
  "observe",
  "executor",
  "entry",
  "threads",
  "store",
  "signal",
] satisfies (keyof AnyOptions)[]);

/** What is known of a fold before it is trained. */
export function foldInfo({ splits, seed }: Plan, fold: number, { train }: FoldData): FoldInfo {
  return {
    ...{ fold, folds: splits.length },
    inputs: widthOf(train.inputs),
    outputs: widthOf(train.targets),
    // No other seed of 32 bits gives the seeds of folds, and fold 0 trains as `fit` does with the seed itself.
    seed: seed + fold * 2 ** 32,
  };
}

/** What `fit` is told of a fold. */
export function foldFit(options: AnyOptions, info: FoldInfo, data: FoldData): FoldFit {
  const { model, optimizer, callbacks = [] } = options;
  const passed = Object.entries(options).filter(([name]) => !own.has(name));
  return {
    ...(Object.fromEntries(passed) as Pick<FoldFit, "backend" | "loss" | "epochs">),
    model: perFold(model, info),
    optimizer: perFold(optimizer, info),
    callbacks: perFold(callbacks, info),
    seed: info.seed,
    data: data.train,
    validation: data.validation,
  };
}

/** What tells a fold in a store from those of other runs, as far as it has a JSON form. */
export function identityOf(fit: FoldFit, info: FoldInfo, split: Split): FoldIdentity {
  const { model, loss, optimizer, metrics = [], epochs, batchSize, shuffle, dtype } = fit;
  const { train, validation } = split;
  return {
    ...info,
    inputs: jsonOf(info.inputs),
    outputs: jsonOf(info.outputs),
    epochs,
    batchSize: batchSize ?? null,
    shuffle: shuffle ?? null,
    dtype: dtype ?? null,
    rows: `${train.length} + ${validation.length}, ${hashOf(train)}-${hashOf(validation)}`,
    model: jsonOf(model),
    loss: jsonOf(loss),
    optimizer: jsonOf(optimizer),
    metrics: metrics.map(jsonOf),
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

/** FNV-1a of the numbers. */
function hashOf(rows: Int32Array): string {
  let hash = 0x811c9dc5;
  for (const row of rows) hash = Math.imul(hash ^ row, 0x01000193);
  return (hash >>> 0).toString(16);
}
