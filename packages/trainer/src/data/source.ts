import {
  type Backend,
  check,
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

/** What a run trains on and validates on. */
export interface Sources {
  readonly data: Source;
  readonly validation: Source | undefined;
  release(): Promise<void>;
}

/** Opens the data of a run, of which a part may be held back for validation. */
export async function openSources(
  data: DataSet | DataStream,
  validation: DataSet | DataStream | number | undefined,
  seed: number,
  options: SourceOptions,
): Promise<Sources> {
  const opened: Source[] = [];
  const release = async (): Promise<void> => {
    for (const source of opened) await source.release();
  };
  const open = async (name: "data" | "validation", of: DataSet | DataStream): Promise<Source> => {
    const source = isStream(of)
      ? await of.open(`fit: ${name}`, options)
      : sourceOf(await uploadChecked(name, of, options));
    opened.push(source);
    return source;
  };
  try {
    if (typeof validation !== "number") {
      const source = await open("data", data);
      const held = validation && (await open("validation", validation));
      // It is read anew for every evaluation.
      if (held?.at) await held.release();
      return { data: source, validation: held, release };
    }
    check(
      !isStream(data),
      () => "fit: validation: no part of a stream can be held back; pass a data set or a stream",
    );
    const whole = await uploadChecked("data", data, options);
    try {
      const { divide } = await import("./divide.ts");
      opened.push(...divide(whole, validation, seed, options.backend).map(sourceOf));
    } finally {
      whole.release();
    }
    return { data: opened[0]!, validation: opened[1], release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function uploadChecked(
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

function sourceOf(resident: Resident<Batch>): Source {
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
