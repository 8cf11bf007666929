import type { Backend, Layer, TensorType, Tree } from "@nn/core";
import type { Columns } from "@nn/trainer";
import type { FoldModel, FoldResult } from "../result.ts";
import { abreast } from "./abreast.ts";
import { ensemble } from "./ensemble.ts";
import { foldModel } from "./fold-model.ts";
import { meanModel } from "./mean-model.ts";
import { joinVariables } from "./member.ts";
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
  const prepared = folds.flatMap(({ pipeline, columns }): PipelineMember[] =>
    pipeline && columns ? [{ pipeline, columns }] : [],
  );
  const [first] = folds;
  // What is averaged comes first, so that folds with several members have it inside of their means.
  const areMeans = first!.members.length > 1;
  const ownModel = ({ model, members }: FoldResult<In, Out>): Layer<In, Out> =>
    areMeans && average
      ? ensemble(
          members.map((member) => member.model),
          { average },
        )
      : model;
  const models = folds.map((fold) => ({ ...fold, model: ownModel(fold) }));
  const shared = areMeans ? undefined : average;
  if (prepared.length === 0) return meanModel(backend, models, shared);
  // Folds with pipelines have a table, whose rows go in as a matrix. Where predictions come back to original units,
  // that is before their mean is taken.
  const widths = prepared.map(({ columns }) => columns.inputs.length);
  const model = abreast(models.map((own) => own.model) as unknown as Layer[], widths, {
    outputs: reverts ? "columns" : "mean",
    ...(shared && { average: shared as unknown as Layer }),
  });
  const inputs = joinColumns(prepared, "inputs");
  return foldModel({
    backend,
    variables: joinVariables(folds),
    model: model as unknown as Layer<In, Out>,
    pipeline: pipelines(prepared, { reverts }),
    columns: {
      inputs,
      outputs: reverts ? joinColumns(prepared, "outputs") : first!.columns!.outputs,
    },
    inputTypes: { ...(first!.inputTypes as TensorType), shape: [inputs.length] },
  });
}

function joinColumns(members: readonly PipelineMember[], key: keyof Columns): string[] {
  return members.flatMap(({ columns }, i) => columns[key].map((name) => `${i}/${name}`));
}
