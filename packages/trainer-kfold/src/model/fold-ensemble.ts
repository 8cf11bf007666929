import type { Backend, Layer, TensorType, Tree, Variables } from "@nn/core";
import type { Columns } from "@nn/trainer";
import type { FoldModel, FoldResult } from "../result.ts";
import { abreast } from "./abreast.ts";
import { ensemble } from "./ensemble.ts";
import { foldModel } from "./fold-model.ts";
import { joinMembers } from "./member.ts";
import { pipelines, type PipelineMember } from "./pipelines.ts";

/**
 * The models of all folds as one, whose prediction is the mean of theirs: in original units where `reverts` says that
 * pipelines take predictions back to them.
 */
export function foldEnsemble<In extends Tree, Out extends Tree>(
  backend: Backend,
  folds: readonly FoldResult<In, Out>[],
  average: Layer<Out, Out> | undefined,
  reverts: boolean,
): FoldModel<In, Out> {
  const [first] = folds;
  const models = folds.map(({ model }) => model);
  const variables: Variables = {
    parameters: joinMembers(folds.map(({ parameters }) => parameters)),
    state: joinMembers(folds.map(({ state }) => state)),
  };
  const prepared = folds.flatMap(({ pipeline, columns }): PipelineMember[] =>
    pipeline && columns ? [{ pipeline, columns }] : [],
  );
  if (prepared.length > 0) {
    // Folds with pipelines have a table, whose rows go in as a matrix. Where predictions come back to original units,
    // that is before their mean is taken.
    const widths = prepared.map(({ columns }) => columns.inputs.length);
    const shared = average as unknown as Layer | undefined;
    const model = abreast(models as unknown as Layer[], widths, {
      outputs: reverts ? "columns" : "mean",
      ...(shared && { average: shared }),
    });
    const inputs = joinColumns(prepared, "inputs");
    return foldModel({
      backend,
      variables,
      model: model as unknown as Layer<In, Out>,
      pipeline: pipelines(prepared, { reverts }),
      columns: {
        inputs,
        outputs: reverts ? joinColumns(prepared, "outputs") : first!.columns!.outputs,
      },
      inputTypes: { ...(first!.inputTypes as TensorType), shape: [inputs.length] },
    });
  }
  return foldModel({
    backend,
    variables,
    model: ensemble(models, average && { average }),
    inputTypes: first!.inputTypes,
    ...(first!.columns && { columns: first!.columns }),
  });
}

function joinColumns(members: readonly PipelineMember[], key: keyof Columns): string[] {
  return members.flatMap(({ columns }, i) => columns[key].map((name) => `${i}/${name}`));
}
