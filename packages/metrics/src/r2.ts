import { full, type Metric, mean, sliceAxis, square, sub, sum, type Tensor } from "@nn/core";
import { kindOf } from "./options.ts";
import { rowsOf } from "./rows.ts";

type Values = { readonly [name: string]: ArrayLike<number> };

/**
 * The coefficient of determination: 1 - Σ (prediction - target)² / Σ (target - mean)², averaged over the outputs. 1 is
 * perfect, 0 is as good as always predicting the mean.
 *
 * A target that is constant has 1 where every prediction is exact and 0 otherwise, as in scikit-learn. Fewer than two
 * rows have NaN.
 *
 * ```ts
 * await fit({ model, data, loss: mse(), metrics: [r2()], … });
 * ```
 */
export function r2(): Metric {
  return {
    kind: kindOf("r2"),
    config: {},
    name: "r2",
    // The squares of large targets would cancel out: what is kept are the moments of each batch about its own mean.
    mode: "collect",
    better: "higher",
    measure(prediction, target) {
      const { predicted, actual } = rowsOf("r2", prediction, target);
      const first = sliceAxis(actual, 0, 0, 1);
      const distance = sub(actual, first);
      const shift = mean(distance, 0, { keepDims: true });
      const rest = sub(distance, shift);
      const total = (x: Tensor): Tensor => sum(x, 0, { keepDims: true });
      return {
        rows: full([1], actual.shape[0]!),
        first,
        shift,
        rest: total(rest),
        squares: total(square(rest)),
        errors: total(square(sub(predicted, actual))),
      };
    },
    result(values) {
      const { rows, first } = values;
      const outputs = first!.length / rows!.length;
      let score = 0;
      for (let output = 0; output < outputs; output++) score += scoreOf(values, output, outputs);
      return score / outputs;
    },
  };
}

/** The score of one output, from one row of values per batch. */
function scoreOf(values: Values, output: number, outputs: number): number {
  const at = (name: string, batch: number): number => values[name]![batch * outputs + output]!;
  const rows = Array.from(values["rows"]!);
  const count = rows.reduce((total, n) => total + n, 0);
  if (count < 2) return NaN;
  // Where each batch has its mean, seen from the first target, so that equal targets are at 0 exactly.
  const means = rows.map(
    (n, b) => at("first", b) - at("first", 0) + at("shift", b) + at("rest", b) / n,
  );
  const centre = rows.reduce((total, n, b) => total + n * means[b]!, 0) / count;
  let [spread, errors] = [0, 0];
  rows.forEach((n, b) => {
    spread += at("squares", b) - at("rest", b) ** 2 / n + n * (means[b]! - centre) ** 2;
    errors += at("errors", b);
  });
  if (spread === 0 && !Number.isNaN(errors)) return errors === 0 ? 1 : 0;
  return 1 - errors / spread;
}
