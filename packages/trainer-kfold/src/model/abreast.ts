import { check, concatenate, type Layer, sliceAxis } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkWhole } from "../splitters/options.ts";
import { checkModels } from "./ensemble.ts";
import { applyMember } from "./member.ts";

/**
 * Several models side by side: each is given its own columns of the input, `widths[i]` of them along the last axis, and
 * their outputs stand one behind the other. It is what an ensemble of models is made of whose inputs have been prepared
 * by different pipelines.
 *
 * ```ts
 * const model = abreast([first, second], [12, 11]); // of 23 columns
 * ```
 */
export function abreast(models: readonly Layer[], widths: readonly number[]): Layer {
  checkModels("abreast", models);
  check(
    Array.isArray(widths) && widths.length === models.length,
    () => `abreast: expected ${models.length} widths, one for each model, got ${String(widths)}`,
  );
  for (const width of widths) checkWhole("abreast: a width", width, 1);
  const total = widths.reduce((sum, width) => sum + width, 0);
  return {
    kind: kindOf("abreast"),
    config: { models, widths },
    apply(scope, input) {
      const columns = input.shape.at(-1);
      check(
        columns === total,
        () => `abreast: expected ${total} columns, got ${columns ?? "a single number"}`,
      );
      const axis = input.shape.length - 1;
      let next = 0;
      const outputs = models.map((model, i) => {
        const from = next;
        next += widths[i]!;
        return applyMember(scope, String(i), model, sliceAxis(input, axis, from, next));
      });
      return concatenate(outputs, -1);
    },
  };
}
