import type { HostTensors, TensorMap, Tree } from "@nn/core";
import { foldFit, foldInfo, identityOf } from "./fold-fit.ts";
import { judgeFold } from "./figures/judge-fold.ts";
import type { Reverted } from "./figures/original.ts";
import { type HostTree, tensorOf } from "./job/host-tree.ts";
import { runElsewhere } from "./job/job.ts";
import { reporting, tell, type Told } from "./job/report.ts";
import { type FoldFit, type TrainedFold, trainFold } from "./job/train-fold.ts";
import { foldModel } from "./model/fold-model.ts";
import type { AnyOptions, FoldInfo } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { FiguresByName, FoldResult } from "./result.ts";
import { type Keeping, readFold, savingTo, writeFold } from "./store.ts";

/** A fold that finished, with what is looked at together with the others. */
export interface FinishedFold extends Omit<FoldResult<Tree, Tree>, "metrics"> {
  /** In original units, where there is a way to them. */
  readonly metrics: FiguresByName | undefined;
  readonly predictions: HostTree;
  readonly reverted: Reverted | undefined;
}

/** Trains a fold, or takes it from the store; nothing comes of one that the signal ended. */
export async function runOne(
  plan: Plan,
  fold: number,
  signal: AbortSignal,
): Promise<FinishedFold | undefined> {
  const { options, source } = plan;
  const { backend, loss, metrics = [] } = options;
  const split = plan.splits[fold]!;
  const data = await source.fold(split);
  try {
    const info = foldInfo(plan, fold, data);
    const fit: FoldFit = { ...foldFit(options, info, data), signal };
    const keeping = options.store && {
      store: options.store,
      name: `fold-${fold}`,
      identity: await identityOf(fit, info, split),
    };
    const trained = await trainedOf(plan, info, fit, keeping);
    if (trained.ended === "signal") return undefined;
    const { epochs, bestEpoch, history, predictions } = trained;
    const judged = await judgeFold(backend, { loss, metrics }, data, predictions);
    const upload = (tensors: HostTensors): TensorMap =>
      Object.fromEntries(
        Object.entries(tensors).map(([path, value]) => [path, tensorOf(backend, value)]),
      );
    return {
      ...foldModel({
        backend,
        model: fit.model,
        inputTypes: trained.inputTypes,
        variables: { parameters: upload(trained.parameters), state: upload(trained.state) },
        ...(data.pipeline && { pipeline: data.pipeline }),
        ...(data.columns && { columns: data.columns }),
      }),
      fold,
      seed: info.seed,
      ...split,
      history,
      epochs,
      bestEpoch,
      predictions,
      metrics: judged.metrics,
      transformedMetrics: judged.transformedMetrics,
      reverted: judged.columns,
    };
  } finally {
    data.release();
  }
}

/** A fold from the store, or trained here or there, and kept. */
async function trainedOf(
  { options, place }: Plan,
  info: FoldInfo,
  fit: FoldFit,
  keeping: Keeping | undefined,
): Promise<TrainedFold> {
  const kept = keeping ? await readFold(keeping) : {};
  if (kept.trained) return kept.trained;
  const resumed = { ...fit, ...(kept.resume && { resume: kept.resume }) };
  const told = listener(options, info);
  const trainHere = (): Promise<TrainedFold> => {
    const saving = keeping ? [savingTo(keeping)] : [];
    const watching = told ? [reporting(told)] : [];
    const callbacks = [...(fit.callbacks ?? []), ...saving, ...watching];
    return trainFold({ ...resumed, callbacks });
  };
  const trained = await (place ? runElsewhere(place, resumed, told, keeping) : trainHere());
  if (keeping && trained.ended !== "signal") await writeFold(keeping, trained);
  return trained;
}

/** Tells the observer of a fold, if it has one. */
function listener({ observe }: AnyOptions, { fold, folds }: FoldInfo): Told | undefined {
  const observer = observe?.(fold, folds);
  return observer && ((report) => tell(observer, report));
}
