import type { Backend, Layer, Tree } from "@nn/core";
import type { FoldModel } from "../result.ts";
import { ensemble } from "./ensemble.ts";
import { foldModel } from "./fold-model.ts";
import { joinVariables } from "./member.ts";

/** Models of the same inputs as one, whose prediction is the mean of theirs, or of what `average` makes of them. */
export function meanModel<In extends Tree, Out extends Tree>(
  backend: Backend,
  models: readonly Omit<FoldModel<In, Out>, "predict" | "predictTable">[],
  average?: Layer<Out, Out>,
): FoldModel<In, Out> {
  const { inputTypes, pipeline, columns } = models[0]!;
  return foldModel({
    backend,
    model: ensemble(
      models.map(({ model }) => model),
      average && { average },
    ),
    variables: joinVariables(models),
    inputTypes,
    ...(pipeline && { pipeline }),
    ...(columns && { columns }),
  });
}
