import { full, type Metric, sum, type Tensor } from "@nn/core";
import { kindOf } from "./options.ts";
import { rowsOf } from "./rows.ts";

/** A metric that is the mean of something over all rows, for each output, and the mean of that over the outputs. */
export function errorMetric(
  name: string,
  of: (predicted: Tensor, actual: Tensor) => Tensor,
  finish = (mean: number): number => mean,
): Metric {
  return {
    kind: kindOf(name),
    config: {},
    name,
    mode: "accumulate",
    better: "lower",
    measure(prediction, target) {
      const { predicted, actual } = rowsOf(name, prediction, target);
      return { total: sum(of(predicted, actual), 0), rows: full([], predicted.shape[0]!) };
    },
    result({ total, rows }) {
      const means = Array.from(total!, (value) => finish(value / rows![0]!));
      return means.reduce((a, b) => a + b, 0) / means.length;
    },
  };
}
