import { check, concatenate, type Layer, sliceAxis } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkNames, checkOutputs, checkWhole } from "../check-options.ts";
import { checkModels, meanOutput } from "./ensemble.ts";
import { applyMember } from "./member.ts";

/** What can be chosen for `abreast`. */
export interface AbreastOptions {
  /**
   * `mean`: the output is the mean of the models' outputs, as of an `ensemble`. `columns`: they stand one behind the
   * other along the last axis. `mean` by default.
   */
  readonly outputs?: "mean" | "columns";
  /** A layer without parameters that is applied to each output first, see `ensemble`. */
  readonly average?: Layer;
}

/**
 * Several models side by side: each is given its own columns of the input, `widths[i]` of them along the last axis. It
 * is what an ensemble of models is made of whose inputs have been prepared by different pipelines.
 *
 * ```ts
 * const model = abreast([first, second], [12, 11]); // of 23 columns
 * ```
 */
export function abreast(
  models: readonly Layer[],
  widths: readonly number[],
  options: AbreastOptions = {},
): Layer {
  checkModels("abreast", models);
  checkNames("abreast", options, ["outputs", "average"]);
  const { outputs: joined = "mean", average } = options;
  checkOutputs("abreast", joined);
  check(
    Array.isArray(widths) && widths.length === models.length,
    () => `abreast: expected ${models.length} widths, one for each model, got ${String(widths)}`,
  );
  for (const width of widths) checkWhole("abreast: a width", width, 1);
  const total = widths.reduce((sum, width) => sum + width, 0);
  return {
    kind: kindOf("abreast"),
    config: { models, widths, outputs: joined, average },
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
        const output = applyMember(scope, String(i), model, sliceAxis(input, axis, from, next));
        return average ? scope.apply("average", average, output) : output;
      });
      return joined === "columns" ? concatenate(outputs, -1) : meanOutput(outputs);
    },
  };
}
