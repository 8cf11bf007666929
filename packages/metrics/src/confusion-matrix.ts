import { cast, check, full, matmul, type Metric, type Tensor, transpose } from "@nn/core";
import { classesOf } from "./class-counts.ts";
import { labelsOf } from "./labels.ts";
import { checkOptions, type ClassOptions, classOptions, kindOf } from "./options.ts";

/**
 * How often each class is taken for which: the number in row i and column j counts the examples of class i that are
 * predicted to be of class j. It is a table, for `measure`.
 *
 * Refuses predictions that are NaN and targets that are no class.
 *
 * ```ts
 * const table = await measure(confusionMatrix(), predictions, targets);
 * table[0]![1]; // examples of class 0 that were taken for class 1
 * ```
 */
export function confusionMatrix(options: ClassOptions = {}): Metric<Tensor, Tensor, number[][]> {
  checkOptions("confusionMatrix", options, ["from", "threshold"]);
  const config = classOptions("confusionMatrix", options);
  return {
    kind: kindOf("confusionMatrix"),
    config: { ...config },
    name: "confusionMatrix",
    mode: "accumulate",
    better: "higher",
    measure(prediction, target) {
      const labels = labelsOf("confusionMatrix", prediction, target, config);
      const [predicted, actual] = classesOf(labels).map((isClass) => cast(isClass, "f32"));
      return {
        counts: matmul(transpose(actual!), predicted!),
        rows: full([], labels.predicted.size),
      };
    },
    result({ counts, rows }) {
      const numbers = Array.from(counts!);
      const known = numbers.reduce((a, b) => a + b, 0);
      check(
        known === rows![0]!,
        () =>
          `confusionMatrix: ${rows![0]! - known} of ${rows![0]} rows have no class: their prediction is NaN, or their ` +
          "target is no class number",
      );
      const classes = Math.sqrt(numbers.length);
      return Array.from({ length: classes }, (_, i) =>
        numbers.slice(i * classes, (i + 1) * classes),
      );
    },
  };
}
