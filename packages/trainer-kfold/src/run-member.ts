import type { AnyLayer } from "@nn/core";
import type { FoldData } from "./data/source.ts";
import { foldFit, foldInfo, identityOf } from "./fold-fit.ts";
import { runElsewhere } from "./job/job.ts";
import { reporting, tell, type Told } from "./job/report.ts";
import { type FoldFit, type TrainedFold, trainFold } from "./job/train-fold.ts";
import type { AnyOptions, FoldInfo } from "./options.ts";
import type { FoldRun, Plan } from "./plan.ts";
import { type Keeping, readFold, savingTo, writeFold } from "./store.ts";

/** A model of a fold, and what it came to. */
export interface TrainedMember {
  readonly info: FoldInfo;
  readonly model: AnyLayer;
  readonly trained: TrainedFold;
}

/** Trains a model of a fold, or takes it from the store; nothing comes of one that the signal ended. */
export async function runMember(
  plan: Plan,
  run: FoldRun,
  data: FoldData,
  signal: AbortSignal,
): Promise<TrainedMember | undefined> {
  const { options, splits } = plan;
  const info = foldInfo(plan, run, data);
  const fit: FoldFit = { ...foldFit(options, info, data), signal };
  const keeping = options.store && {
    store: options.store,
    name: nameOf(run),
    identity: await identityOf(fit, info, splits[run.fold]!),
  };
  const trained = await trainedOf(plan, info, fit, keeping);
  if (trained.ended === "signal") return undefined;
  return { info, model: fit.model, trained };
}

/** What a store knows a model by. The first member has the name that it has alone. */
function nameOf({ fold, member }: FoldRun): string {
  return member === 0 ? `fold-${fold}` : `fold-${fold}-member-${member}`;
}

/** A model from the store, or trained here or there, and kept. */
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

/** Tells the observer of a model, if it has one. */
function listener({ observe }: AnyOptions, info: FoldInfo): Told | undefined {
  const { fold, folds, member, members } = info;
  const observer = observe?.(fold * members + member, folds * members, info);
  return observer && ((report) => tell(observer, report));
}
