import {
  cast,
  equal,
  gather,
  isFloat,
  type Layer,
  type ParameterOptions,
  select,
  type Tensor,
} from "@nn/core";
import { normal } from "./initializers/normal.ts";
import { kindOf } from "./kind.ts";
import { checked, checkValue, parameter, positiveWhole } from "./options.ts";

/** What can be chosen for an embedding: how its vectors start (`normal()` by default) and train, and what is no entry. */
export interface EmbeddingOptions extends ParameterOptions {
  /** An index that means that there is nothing, such as what fills short sequences up; its vector is and stays 0. */
  readonly padding?: number;
}

/**
 * A vector of `units` numbers, which are learned, for each of `count` entries: indices of any shape [batch, ...] become
 * [batch, ..., units]. Indices are whole numbers from 0 to `count` - 1 of any dtype. Anything else, such as -1 for what
 * is missing, or NaN, gives a vector of zeros, and trains nothing.
 *
 * Columns of one vocabulary share an embedding as [batch, columns]. Columns with vocabularies of their own are parts of
 * the input, each with an embedding in a `graph`:
 *
 * ```ts
 * const model = graph({
 *   nodes: {
 *     city: { layer: embedding(50, 8), from: "input.city" },
 *     color: { layer: embedding(7, 3), from: "input.color" },
 *     joined: { layer: concatInputs(), from: ["city", "color", "input.numbers"] },
 *     price: { layer: dense(1), from: "joined" },
 *   },
 *   output: "price",
 * });
 * ```
 */
export function embedding(count: number, units: number, options: EmbeddingOptions = {}): Layer {
  checkValue("embedding: count", count, positiveWhole);
  checkValue("embedding: units", units, positiveWhole);
  const { padding, ...vectors } = checked("embedding", options, {
    padding: [
      (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < count,
      `an index from 0 to ${count - 1} (others give zeros anyway)`,
    ],
    ...parameter,
  });
  return {
    kind: kindOf("embedding"),
    config: { count, units, ...options },
    apply(scope, x) {
      const indices = wholeNumbers(x);
      const entries =
        padding === undefined ? indices : select(equal(indices, padding), -1, indices);
      return gather(
        scope.parameter("vectors", [count, units], { initializer: normal(), ...vectors }),
        entries,
      );
    },
  };
}

/** Indices as i32: floats that are no whole numbers become -1. */
function wholeNumbers(x: Tensor): Tensor {
  const indices = cast(x, "i32");
  return isFloat(x.dtype) ? select(equal(cast(indices, x.dtype), x), indices, -1) : indices;
}
