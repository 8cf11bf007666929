import type { Backend, HostTensors, TensorMap, Tree } from "@nn/core";
import type { FoldData } from "./data/source.ts";
import { judgeFold } from "./figures/judge-fold.ts";
import { meanHistory, meanPredictions } from "./figures/members.ts";
import { monitorOf } from "./figures/monitor.ts";
import type { ByColumn, NumberColumns } from "./figures/original.ts";
import { bestOf } from "./figures/summarize.ts";
import { type HostTree, tensorOf } from "./job/host-tree.ts";
import { foldModel } from "./model/fold-model.ts";
import { meanModel } from "./model/mean-model.ts";
import type { AnyOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { FiguresByName, FoldResult, MemberResult } from "./result.ts";
import type { TrainedMember } from "./run-member.ts";

/** A fold that finished, with what is looked at together with the others. */
export interface FinishedFold extends Omit<FoldResult<Tree, Tree>, "metrics" | "predictions"> {
  /** In original units, where there is a way to them. */
  readonly metrics: FiguresByName | undefined;
  readonly predictions: HostTree;
  /** By column: in original units; and what was to be predicted, in those of training. */
  readonly reverted: ByColumn | undefined;
  readonly targets: NumberColumns | undefined;
}

/** Makes a fold of the models that were trained for it, and judges the mean of their predictions. */
export async function finishFold(
  { options, splits }: Plan,
  fold: number,
  data: FoldData,
  members: readonly TrainedMember[],
): Promise<FinishedFold> {
  const { backend, loss, metrics = [] } = options;
  const { pipeline, columns } = data;
  const results = members.map(({ info, model, trained }): MemberResult<Tree, Tree> => {
    const { parameters, state, inputTypes, history, epochs, bestEpoch } = trained;
    const variables = { parameters: upload(backend, parameters), state: upload(backend, state) };
    const parts = { ...(pipeline && { pipeline }), ...(columns && { columns }) };
    const { member, seed } = info;
    const own = foldModel({ backend, model, inputTypes, variables, ...parts });
    return { ...own, member, seed, history, epochs, bestEpoch };
  });
  const predictions = meanPredictions(members.map(({ trained }) => trained.predictions));
  const judged = await judgeFold(backend, { loss, metrics }, data, predictions);
  return {
    ...joinedOf(options, results),
    fold,
    members: results,
    ...splits[fold]!,
    predictions,
    metrics: judged.metrics,
    transformedMetrics: judged.transformedMetrics,
    reverted: judged.columns,
    targets: judged.targets,
  };
}

/** What the models of a fold come to as one; the only one is the fold's as it is. */
function joinedOf(
  options: AnyOptions,
  members: readonly MemberResult<Tree, Tree>[],
): Omit<MemberResult<Tree, Tree>, "member"> {
  const [{ member: _, ...first }, ...others] = members as [MemberResult<Tree, Tree>];
  if (others.length === 0) return first;
  const history = meanHistory(members.map((own) => own.history));
  const { path, better } = monitorOf(options);
  return {
    ...meanModel(options.backend, members),
    seed: first.seed,
    history,
    epochs: history.loss.length,
    bestEpoch: bestOf(history[path]!, better) + 1,
  };
}

function upload(backend: Backend, tensors: HostTensors): TensorMap {
  const entries = Object.entries(tensors);
  return Object.fromEntries(entries.map(([path, value]) => [path, tensorOf(backend, value)]));
}
