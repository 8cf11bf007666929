import {
  and,
  cast,
  check,
  equal,
  expandDims,
  full,
  iota,
  type Metric,
  sum,
  type Tensor,
} from "@nn/core";
import { type Labels, labelsOf } from "./labels.ts";
import { checkOptions, type ClassOptions, classOptions, kindOf } from "./options.ts";

/**
 * How figures of classes become one: `binary` takes that of class 1 out of two, `macro` the mean over the classes,
 * `weighted` their mean by how often each occurs in the targets, and `micro` adds up the counts of all classes first.
 */
export type Average = "binary" | "macro" | "micro" | "weighted";

/** What can be chosen for `precision`, `recall` and `f1`. */
export interface AverageOptions extends ClassOptions {
  /** `"binary"` by default, which more than two classes have to change. */
  readonly average?: Average;
}

/** How often a class is predicted rightly, predicted, and right. */
type Score = (right: number, predicted: number, actual: number) => number;

/** A metric of such counts. A class that occurs neither in predictions nor in targets does not count. */
export function countsMetric(name: string, score: Score, options: AverageOptions): Metric {
  checkOptions(name, options, ["average", "from", "threshold"]);
  const { average = "binary", ...rest } = options;
  check(
    ["binary", "macro", "micro", "weighted"].includes(average),
    () =>
      `${name}: average must be "binary", "macro", "micro" or "weighted", got ${JSON.stringify(average)}`,
  );
  const config = classOptions(name, rest);
  return {
    kind: kindOf(name),
    config: { average, ...config },
    name: average === "binary" ? name : `${average}${name[0]!.toUpperCase()}${name.slice(1)}`,
    mode: "accumulate",
    better: "higher",
    measure(prediction, target) {
      const labels = labelsOf(name, prediction, target, config);
      check(
        average !== "binary" || labels.classes === 2,
        () =>
          `${name}: there are ${labels.classes} classes; choose average: "macro", "micro" or "weighted"`,
      );
      const [predicted, actual] = classesOf(labels);
      const count = (isOne: Tensor): Tensor => sum(cast(isOne, "f32"), 0);
      return {
        right: count(and(predicted, actual)),
        predicted: count(predicted),
        actual: count(actual),
        rows: full([], labels.predicted.size),
      };
    },
    result: ({ right, predicted, actual, rows }) => {
      const total = (counts: ArrayLike<number>): number =>
        Array.from(counts).reduce((a, b) => a + b, 0);
      const all = rows![0]!;
      if (total(predicted!) !== all || total(actual!) !== all) return NaN;
      if (average === "micro") return score(total(right!), all, all);
      const scores = Array.from(right!, (n, i) => score(n, predicted![i]!, actual![i]!));
      if (average === "binary") return scores[1]!;
      const weights = scores.map((_, i) =>
        average === "weighted" ? actual![i]! : Number(predicted![i]! + actual![i]! > 0),
      );
      return total(scores.map((value, i) => value * weights[i]!)) / total(weights);
    },
  };
}

/** Where each class is predicted and where it is right, bool[rows, classes]; all false where there is none. */
export function classesOf({ predicted, actual, classes }: Labels): readonly [Tensor, Tensor] {
  const isClass = (numbers: Tensor): Tensor => equal(expandDims(numbers, 1), iota(classes));
  return [isClass(predicted), isClass(actual)];
}

/** A part of a whole, or 0 where there is nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
