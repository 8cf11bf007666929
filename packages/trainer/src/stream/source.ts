import {
  type Backend,
  type DType,
  type Layer,
  mapTree,
  type Tree,
  type Variables,
  zeros,
} from "@nn/core";
import type { Batch } from "../data/data.ts";
import { evaluationRows, measurer } from "../evaluate/evaluator.ts";
import { type Evaluation, newFigures } from "../evaluate/figures.ts";
import { newMetricSums } from "../evaluate/metric-sums.ts";
import { refuseNotFinite } from "../lint/finite.ts";
import type { Objective } from "../evaluate/objective.ts";
import type { Source, SourceOptions } from "../data/source.ts";
import type { DataStream } from "./stream.ts";
import { type FeedOptions, openFeed } from "./feed.ts";

/** Begins to read a stream; `name` is what errors begin with. */
export async function openStream(
  name: string,
  stream: DataStream,
  { backend, dtype, lint, batchSize, epochs }: SourceOptions,
): Promise<Source> {
  const { rows } = stream;
  const blockRows = blockRowsOf(stream, Math.min(batchSize, rows));
  const inspect = lint === false ? undefined : refuseNotFinite;
  const feed = await openFeed(stream, { name, backend, dtype, epochs, size: blockRows, inspect });
  return {
    rows,
    tree: mapTree(feed.start, ({ dtype, shape }) =>
      zeros([rows, ...shape.slice(1)], dtype),
    ) as Batch,
    first: feed.start,
    blockRows,
    at: feed.at,
    evaluator: async (model, objective) => (variables) =>
      evaluateStream(name, stream, {
        backend,
        dtype,
        model,
        objective,
        variables,
        batchSize: evaluationRows,
        inspect,
      }),
    release: feed.close,
  };
}

/** What a stream is judged by. */
export interface StreamEvaluation {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly model: Layer<Tree, Tree>;
  readonly objective: Objective;
  readonly variables: Variables;
  readonly batchSize: number;
  readonly inspect?: FeedOptions["inspect"];
}

/** Reads a whole stream and evaluates on it. */
export async function evaluateStream(
  name: string,
  stream: DataStream,
  { model, objective, variables, batchSize, ...how }: StreamEvaluation,
): Promise<Evaluation> {
  const measure = measurer(model, objective, batchSize);
  const size = blockRowsOf(stream, batchSize);
  const figures = newFigures(newMetricSums(objective.metrics));
  const feed = await openFeed(stream, { ...how, name, size, epochs: 1 });
  try {
    for (let block = 0; block * size < stream.rows; block++)
      await measure(variables, await feed.at(block), figures);
  } catch (error) {
    // What went wrong first is what is told.
    await feed.close().catch(() => {});
    throw error;
  }
  await feed.close();
  return figures.finish();
}

/** Rows of a block, of whole batches; at most all. */
function blockRowsOf({ rows, blockRows }: DataStream, batchSize: number): number {
  return Math.min(rows, Math.ceil(blockRows / batchSize) * batchSize);
}
