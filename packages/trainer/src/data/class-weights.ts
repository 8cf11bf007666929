import { check } from "@nn/core";
import { code, type Labels } from "./labels.ts";

/**
 * A weight for every row by its class, for `weights` of a data set. `"balanced"`, the default, makes all classes count
 * the same: rows / (classes · rows of the class), whose mean is 1. Otherwise the weight of each class by its name;
 * classes that are left out count 1.
 *
 * ```ts
 * const weights = classWeights(targets); // balanced
 * await fit({ data: { inputs, targets, weights: classWeights(targets, { fraud: 20 }) }, … });
 * ```
 */
export function classWeights(
  labels: Labels,
  weights: "balanced" | { readonly [label: string]: number } = "balanced",
): Float64Array {
  const { codes, values, counts } = code("classWeights", labels);
  check(
    weights === "balanced" || (typeof weights === "object" && weights !== null),
    () => `classWeights: expected "balanced" or weights by class, got ${String(weights)}`,
  );
  const names = values.map(String);
  if (weights !== "balanced")
    for (const [label, weight] of Object.entries(weights)) {
      check(
        names.includes(label),
        () => `classWeights: no row is of class '${label}', only of ${some(names)}`,
      );
      check(
        Number.isFinite(weight) && weight >= 0,
        () =>
          `classWeights: the weight of '${label}' must be a number from 0, got ${String(weight)}`,
      );
    }
  const byClass = names.map((label, at) =>
    weights === "balanced"
      ? codes.length / (values.length * counts[at]!)
      : Object.hasOwn(weights, label)
        ? weights[label]!
        : 1,
  );
  return Float64Array.from(codes, (at) => byClass[at]!);
}

function some(names: readonly string[]): string {
  const most = 10;
  return names.slice(0, most).join(", ") + (names.length > most ? ", …" : "");
}
