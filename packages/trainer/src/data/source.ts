import {
  type Backend,
  type DType,
  isTensor,
  type Layer,
  type Tree,
  type Variables,
} from "@nn/core";
import { type Batch, type DataSet, type Resident, uploadSet } from "./data.ts";
import type { Evaluation } from "../evaluate/figures.ts";
import { isStream } from "../stream/is-stream.ts";
import type { Objective } from "../evaluate/objective.ts";
import type { DataStream } from "../stream/stream.ts";

/** Data that a run uses: all of it on the backend, or a stream. */
export interface Source {
  readonly rows: number;
  /** All rows; of a stream, only their types: constants of that shape. */
  readonly tree: Batch;
  /** All rows, or the first of a stream. */
  readonly first: Batch;
  /** For streams: rows that are on the backend at a time, and the block of some number; see `Feed`. */
  readonly blockRows?: number;
  at?(block: number): Promise<Batch>;
  /** Evaluates on all rows. */
  evaluator(
    model: Layer<Tree, Tree>,
    objective: Objective,
  ): Promise<(variables: Variables) => Promise<Evaluation>>;
  /** Gives back what was uploaded, and ends the reading. */
  release(): void | Promise<void>;
}

/** Looks at data before training, and may refuse it. */
export type Lint = (data: DataSet, name: "data" | "validation") => unknown;

/** How sources are opened. */
export interface SourceOptions {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly lint: Lint | boolean;
  /** Rows a step, and epochs, for data that is trained on. */
  readonly batchSize: number;
  readonly epochs: number;
}

/** Puts data on the backend, or begins to read a stream. */
export async function openSource(
  name: "data" | "validation",
  data: DataSet | DataStream,
  options: SourceOptions,
): Promise<Source> {
  return isStream(data)
    ? data.open(`fit: ${name}`, options)
    : sourceOf(await uploadChecked(name, data, options));
}

/** Puts data on the backend, and looks at it as `lint` says. */
export async function uploadChecked(
  name: "data" | "validation",
  data: DataSet,
  { backend, dtype, lint }: SourceOptions,
): Promise<Resident<Batch>> {
  const resident = await uploadSet(`fit: ${name}`, backend, data, dtype);
  try {
    if (lint !== false && !areFinite(data))
      (await import("../lint/finite.ts")).refuseNotFinite(`fit: ${name}`, data);
    if (typeof lint === "function") await lint(data, name);
    return resident;
  } catch (error) {
    resident.release();
    throw error;
  }
}

/** Whether every number is finite. Tensors are not read: they may be anywhere, and are often trained on several times. */
function areFinite(node: unknown): boolean {
  if (typeof node === "number") return node - node === 0;
  if (typeof node !== "object" || node === null || isTensor(node)) return true;
  if (!ArrayBuffer.isView(node)) return Object.values(node).every(areFinite);
  const values = node as Float64Array;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}

/** Data on the backend as a source. */
export function sourceOf(resident: Resident<Batch>): Source {
  const { tree, rows, release } = resident;
  return {
    rows,
    tree,
    first: tree,
    async evaluator(model, objective) {
      const { evaluationRows, evaluator } = await import("../evaluate/evaluator.ts");
      return evaluator(model, objective, resident, evaluationRows);
    },
    release,
  };
}
