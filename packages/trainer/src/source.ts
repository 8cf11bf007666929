import {
  type Backend,
  check,
  type DType,
  isTensor,
  type Layer,
  mapTree,
  type Tree,
  type Variables,
  zeros,
} from "@nn/core";
import { type Batch, type DataSet, uploadSet } from "./data.ts";
import { evaluationRows, evaluator, streamEvaluator } from "./evaluator.ts";
import type { Evaluation } from "./figures.ts";
import { inspect, type LintMode } from "./lint-fit.ts";
import type { Objective } from "./objective.ts";
import { mapRows } from "./rows-tree.ts";
import { splitAs } from "./split.ts";
import { blockRowsOf, type DataStream, isStream } from "./stream.ts";
import { openFeed } from "./stream-feed.ts";

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
  ): (variables: Variables) => Promise<Evaluation>;
  /** Gives back what was uploaded, and ends the reading. */
  release(): void | Promise<void>;
}

/** How sources are opened. */
export interface SourceOptions {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly lint: LintMode;
  /** Rows a step, and epochs, for data that is trained on. */
  readonly batchSize: number;
  readonly epochs: number;
}

/** Opens a data set or a stream. `name` is what errors begin with. */
async function openSource(
  name: string,
  data: DataSet | DataStream,
  options: SourceOptions,
): Promise<Source> {
  if (isStream(data)) return openStream(name, data, options);
  const { backend, dtype, lint } = options;
  const resident = await uploadSet(name, backend, data, dtype);
  const { tree, rows, release } = resident;
  try {
    await inspect(name, data, lint);
  } catch (error) {
    release();
    throw error;
  }
  return {
    rows,
    tree,
    first: tree,
    evaluator: (model, objective) => evaluator(model, objective, resident, evaluationRows),
    release,
  };
}

async function openStream(
  name: string,
  stream: DataStream,
  { backend, dtype, lint, batchSize, epochs }: SourceOptions,
): Promise<Source> {
  const { rows } = stream;
  const blockRows = blockRowsOf(stream, Math.min(batchSize, rows));
  // Warnings are about all of the data, and would be repeated for every block.
  const errorsOnly = lint === false ? false : "error";
  const feed = await openFeed(stream, {
    name,
    backend,
    dtype,
    epochs,
    size: blockRows,
    inspect: (block, data, firstRow) => inspect(block, data, errorsOnly, firstRow),
  });
  const typesOf = ({ dtype, shape }: Batch["weights"] & object) =>
    zeros([rows, ...shape.slice(1)], dtype);
  return {
    rows,
    tree: mapTree(feed.start, typesOf) as Batch,
    first: feed.start,
    blockRows,
    at: feed.at,
    evaluator: (model, objective) =>
      streamEvaluator(name, stream, { backend, dtype }, model, objective, evaluationRows),
    release: feed.close,
  };
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
  const taken: { dispose(): void }[] = [];
  const release = async (): Promise<void> => {
    for (const tensor of taken) tensor.dispose();
    for (const source of opened) await source.release();
  };
  const open = async (name: string, of: DataSet | DataStream): Promise<Source> => {
    const source = await openSource(`fit: ${name}`, of, options);
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
    const parts = splitAs("fit", data, { validation, seed });
    for (const part of [parts.train, parts.validation])
      mapRows("fit: data", part, (leaf) => isTensor(leaf) && taken.push(leaf));
    return {
      data: await open("data", parts.train),
      validation: await open("validation", parts.validation),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
