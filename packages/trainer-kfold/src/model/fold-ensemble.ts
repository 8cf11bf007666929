import type { Backend, Layer, Tree, Variables } from "@nn/core";
import type { FoldColumns, FoldModel, FoldResult } from "../result.ts";
import { abreast } from "./abreast.ts";
import { ensemble } from "./ensemble.ts";
import { foldModel } from "./fold-model.ts";
import { joinMembers } from "./member.ts";
import { pipelines, type PipelineMember } from "./pipelines.ts";

/** The models of all folds as one, whose prediction is the mean of theirs. */
export function foldEnsemble<In extends Tree, Out extends Tree>(
  backend: Backend,
  folds: readonly FoldResult<In, Out>[],
  average: Layer<Out, Out> | undefined,
): FoldModel<In, Out> {
  const models = folds.map(({ model }) => model);
  const variables: Variables = {
    parameters: joinMembers(folds.map(({ parameters }) => parameters)),
    state: joinMembers(folds.map(({ state }) => state)),
  };
  const prepared = folds.flatMap(({ pipeline, columns }): PipelineMember[] =>
    pipeline && columns ? [{ pipeline, columns }] : [],
  );
  if (prepared.length > 0) {
    // Folds with pipelines have a table, whose rows go in and come out as a matrix.
    const widths = prepared.map(({ columns }) => columns.inputs.length);
    const model = abreast(models as unknown as Layer[], widths);
    return foldModel({
      ...{ backend, variables },
      model: model as unknown as Layer<In, Out>,
      pipeline: pipelines(prepared),
      columns: joinColumns(prepared),
    });
  }
  const [first] = folds;
  return foldModel({
    ...{ backend, variables },
    model: ensemble(models, average && { average }),
    ...(first?.columns && { columns: first.columns }),
  });
}

function joinColumns(members: readonly PipelineMember[]): FoldColumns {
  const join = (key: keyof FoldColumns): string[] =>
    members.flatMap(({ columns }, i) => columns[key].map((name) => `${i}/${name}`));
  return { inputs: join("inputs"), outputs: join("outputs") };
}
