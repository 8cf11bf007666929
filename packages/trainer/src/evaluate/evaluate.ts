import {
  type Backend,
  check,
  type Layer,
  type Loss,
  type Metric,
  type Tree,
  type Variables,
} from "@nn/core";
import { checkCount, checkKnown } from "../check-options.ts";
import { type DataSet, uploadSet } from "../data/data.ts";
import { evaluationRows, evaluator } from "./evaluator.ts";
import type { Evaluation } from "./figures.ts";
import { isStream } from "../stream/is-stream.ts";
import { isList } from "../more-options.ts";
import { has } from "../options.ts";
import type { Objective } from "./objective.ts";
import { homeOf } from "./predict.ts";
import type { DataStream } from "../stream/stream.ts";

/** What `evaluate` judges by. */
export interface EvaluateOptions<Out extends Tree, Target extends Tree> {
  readonly loss: Loss<Out, Target>;
  readonly metrics?: readonly Metric<Out, Target>[];
  /** Rows at a time; 1024 by default. It bounds the memory needed. */
  readonly batchSize?: number;
  /** Where to compute, for a model without parameters. */
  readonly backend?: Backend;
}

/**
 * The mean loss and the metrics of a model over a whole data set.
 *
 * ```ts
 * const { loss } = await evaluate(model, variables, { inputs, targets }, { loss: mse() });
 * ```
 */
export async function evaluate<In extends Tree, Out extends Tree, Target extends Tree>(
  model: Layer<In, Out>,
  variables: Variables,
  data: DataSet | DataStream,
  options: EvaluateOptions<Out, Target>,
): Promise<Evaluation> {
  checkKnown("evaluate", options, ["loss", "metrics", "batchSize", "backend"]);
  const { loss, metrics = [], batchSize = evaluationRows } = options;
  checkCount("evaluate: batchSize", batchSize);
  check(
    has(loss, "values") && isList(metrics, "measure"),
    () => "evaluate: expected { loss, metrics } such as { loss: mse(), metrics: [r2()] }",
  );
  const { backend, dtype } = homeOf("evaluate", variables, options.backend);
  const layer = model as unknown as Layer<Tree, Tree>;
  const objective = { loss, metrics } as unknown as Objective;
  if (isStream(data))
    return data.evaluate("evaluate: data", {
      backend,
      dtype,
      model: layer,
      objective,
      variables,
      batchSize,
    });
  const resident = await uploadSet("evaluate: data", backend, data, dtype);
  try {
    return await evaluator(layer, objective, resident, batchSize)(variables);
  } finally {
    resident.release();
  }
}
