import type { Backend, Layer, TensorType, Tree } from "@nn/core";
import type { Columns } from "@nn/trainer";
import type { FoldModel, FoldResult } from "../result.ts";
import type { NumberColumns } from "../figures/original.ts";
import { abreast } from "./abreast.ts";
import { ensemble } from "./ensemble.ts";
import { foldModel } from "./fold-model.ts";
import { meanModel } from "./mean-model.ts";
import { joinVariables } from "./member.ts";
import { pipelines, type PipelineMember } from "./pipelines.ts";
import { revertAlike } from "./revert-alike.ts";

/** What the folds leave. */
export interface FoldEnsembleParts<In extends Tree, Out extends Tree> {
  readonly backend: Backend;
  readonly folds: readonly FoldResult<In, Out>[];
  readonly average: Layer<Out, Out> | undefined;
  /** Whether each pipeline takes predictions back to numbers in original units. */
  readonly isOriginal: boolean;
  /** By column, in the units of training: what each fold was to predict; of none where models give something else. */
  readonly targets: readonly NumberColumns[];
}

/**
 * The models of all folds as one, whose prediction is the mean of theirs: in original units where the pipelines take
 * predictions back to numbers in them, and what they take the mean to where that is the same, as with classes.
 */
export function foldEnsemble<In extends Tree, Out extends Tree>({
  backend,
  folds,
  average,
  isOriginal,
  targets,
}: FoldEnsembleParts<In, Out>): FoldModel<In, Out> {
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
  const outputs = isOriginal ? "columns" : "mean";
  const reverts = isOriginal || (targets.length > 0 && revertAlike(prepared, targets));
  const model = abreast(models.map((own) => own.model) as unknown as Layer[], widths, {
    outputs,
    ...(shared && { average: shared as unknown as Layer }),
  });
  const inputs = joinColumns(prepared, "inputs");
  return foldModel({
    backend,
    variables: joinVariables(folds),
    model: model as unknown as Layer<In, Out>,
    pipeline: pipelines(prepared, { outputs, reverts }),
    columns: {
      inputs,
      outputs: isOriginal ? joinColumns(prepared, "outputs") : first!.columns!.outputs,
    },
    inputTypes: { ...(first!.inputTypes as TensorType), shape: [inputs.length] },
  });
}

function joinColumns(members: readonly PipelineMember[], key: keyof Columns): string[] {
  return members.flatMap(({ columns }, i) => columns[key].map((name) => `${i}/${name}`));
}
