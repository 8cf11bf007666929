import {
  check,
  div,
  flatten,
  type Loss,
  type LossParts,
  maximum,
  mean,
  type Metric,
  mul,
  sameShape,
  showType,
  sum,
  type Tensor,
  type Tree,
  withPath,
} from "@nn/core";
import type { Batch } from "../data/data.ts";

/** A metric whatever its predictions and targets are. */
export type AnyMetric = Metric<Tree, Tree>;

/** What predictions are judged by. */
export interface Objective {
  readonly loss: Loss<Tree, Tree>;
  readonly metrics: readonly AnyMetric[];
}

/** The name of a metric's value among the partial sums. */
export function partialOf(metric: AnyMetric, key: string): string {
  return `metric/${encodeURIComponent(metric.name)}/${key}`;
}

/** The mean loss of a batch and, as partial sums, the total weight and what the metrics measure. Traced. */
export function judge(
  { loss, metrics }: Objective,
  output: Tree,
  batch: Batch,
): Pick<LossParts, "loss" | "partials"> {
  const { leaves } = flatten(output, "the model's output");
  const partials: Record<string, Tensor> = {};
  const value = withPath(leaves, "loss", () => {
    const values = loss.values(output, batch.targets);
    const rows = flatten(batch.inputs).leaves[0]!.shape[0]!;
    check(
      sameShape(values.shape, [rows]),
      () =>
        `${loss.kind}: values() must give one value per example, [${rows}], got ${showType(values)}; ` +
        "take the mean over all axes but the first",
    );
    const { weights } = batch;
    if (!weights) return mean(values);
    partials["weight"] = sum(weights);
    // A batch in which nothing counts has a loss of 0.
    return div(sum(mul(values, weights)), maximum(partials["weight"], 1e-30));
  });
  withPath(leaves, "metrics", () => {
    for (const metric of metrics)
      for (const [key, measured] of Object.entries(metric.measure(output, batch.targets)))
        partials[partialOf(metric, key)] = measured;
  });
  return { loss: value, partials };
}
