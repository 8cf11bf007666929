import { check, type Layer, reshape as arrange, sizeOf } from "@nn/core";
import { kindOf } from "./kind.ts";

/**
 * The features of each example in another shape, in row-major order: [batch, ...] becomes [batch, ...shape]. One length
 * may be -1, which stands for what is left.
 *
 * ```ts
 * const model = sequential([dense(12), reshape([3, 4])]); // [batch, 12] to [batch, 3, 4]
 * ```
 */
export function reshape(shape: readonly number[]): Layer {
  check(
    Array.isArray(shape) &&
      shape.every((length) => length === -1 || (Number.isInteger(length) && length > 0)) &&
      shape.indexOf(-1) === shape.lastIndexOf(-1),
    () =>
      "reshape: expected the shape of an example, whole numbers from 1 of which one may be -1, " +
      `got ${Array.isArray(shape) ? `[${shape.join(", ")}]` : String(shape)}`,
  );
  const lengths = [...shape];
  const known = sizeOf(lengths.filter((length) => length > 0));
  return {
    kind: kindOf("reshape"),
    config: { shape: lengths },
    apply(scope, x) {
      const [rows = 1, ...features] = x.shape;
      const rest = sizeOf(features) / known;
      check(
        lengths.includes(-1) ? Number.isInteger(rest) : rest === 1,
        () =>
          `reshape: '${scope.path}' makes examples of [${lengths.join(", ")}], which do not hold the ` +
          `${sizeOf(features)} elements of [${features.join(", ")}]`,
      );
      return arrange(x, [rows, ...lengths.map((length) => (length === -1 ? rest : length))]);
    },
  };
}
