import { add, check, div, flatten, type Layer, type Tensor, type Tree } from "@nn/core";
import { kindOf } from "../kind.ts";
import { checkNames } from "../check-options.ts";
import { applyMember } from "./member.ts";

/** What can be chosen for `ensemble`. */
export interface EnsembleOptions<Out extends Tree> {
  /**
   * A layer without parameters that is applied to each output before they are averaged, such as `softmax()` where models
   * give logits.
   */
  readonly average?: Layer<Out, Out>;
}

/**
 * The mean of what several models return for the same input. Each has parameters of its own, at `0/…`, `1/…` and so on,
 * also where the same layer value is given several times. What is averaged is the output as it is: for classes, models
 * should end in probabilities, or `average` should make some. A mean of logits is a geometric mean of probabilities.
 *
 * ```ts
 * const model = ensemble([first, second, third]);
 * ```
 */
export function ensemble<In extends Tree, Out extends Tree = Tensor>(
  models: readonly Layer<In, Out>[],
  options: EnsembleOptions<Out> = {},
): Layer<In, Out> {
  checkModels("ensemble", models);
  checkNames("ensemble", options, ["average"]);
  const { average } = options;
  return {
    kind: kindOf("ensemble"),
    config: { models, average },
    apply(scope, input) {
      const outputs = models.map((model, i) => {
        const output = applyMember(scope, String(i), model, input);
        return average ? scope.apply("average", average, output) : output;
      });
      return meanOutput(outputs);
    },
  };
}

/** The mean of trees of one form, tensor by tensor. */
export function meanOutput<Out extends Tree>(outputs: readonly Out[]): Out {
  const trees = outputs.map((output) => flatten(output));
  const meanOf = (at: number): Tensor =>
    div(trees.map(({ leaves }) => leaves[at]!).reduce(add), outputs.length);
  const [first] = trees;
  return first!.rebuild(first!.leaves.map((_, at) => meanOf(at))) as Out;
}

/** Refuses a list without layers. */
export function checkModels(name: string, models: readonly unknown[]): void {
  const isLayer = (model: unknown): boolean =>
    typeof (model as { apply?: unknown } | null)?.apply === "function" && typeof model === "object";
  check(
    Array.isArray(models) && models.length > 0 && models.every(isLayer),
    () =>
      `${name}: expected a list of at least one model, such as [dense(1)], got ${String(models)}`,
  );
}
