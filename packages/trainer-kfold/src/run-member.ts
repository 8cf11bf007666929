import type { AnyLayer, StoredModel } from "@nn/core";
import type { FoldData } from "./data/source.ts";
import { snapshotOf } from "./device-lost.ts";
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
export type MemberRun = (plan: Plan, data: FoldData) => Promise<TrainedMember | undefined>;

/** What is made for a model once, also where it is trained on one device after the other. */
interface Begun {
  readonly info: FoldInfo;
  readonly fit: FoldFit;
  /** Tells the observer of the model, if it has one. */
  readonly told: () => Told | undefined;
}

/**
 * A model of a fold that is still to be trained. Where the device is lost and it is called again, it goes on from the last
 * snapshot, and the same callbacks and observer hear of it.
 */
export function memberRun(run: FoldRun, signal: AbortSignal): MemberRun {
  let begun: Begun | undefined;
  let resume: StoredModel | undefined;
  return async (plan, data) => {
    begun ??= begin(plan, run, data);
    const { info } = begun;
    const { backend, store } = plan.options;
    const { train, validation } = data;
    const fit: FoldFit = { ...begun.fit, backend, data: train, validation, signal };
    const keeping = store && {
      store,
      name: nameOf(run),
      identity: await identityOf(fit, info, plan.splits[run.fold]!),
    };
    try {
      const resumed = resume ? { ...fit, resume } : fit;
      const trained = await trainedOf(plan, resumed, begun.told, keeping);
      if (trained.ended === "signal") return undefined;
      return { info, model: fit.model, trained };
    } catch (error) {
      resume = snapshotOf(error) ?? resume;
      throw error;
    }
  };
}

function begin(plan: Plan, run: FoldRun, data: FoldData): Begun {
  const info = foldInfo(plan, run, data);
  let told: Told | undefined;
  return {
    info,
    fit: foldFit(plan.options, info, data),
    told: () => (told ??= listener(plan.options, info)),
  };
}

/** What a store knows a model by. The first member has the name that it has alone. */
function nameOf({ fold, member }: FoldRun): string {
  return member === 0 ? `fold-${fold}` : `fold-${fold}-member-${member}`;
}

/** A model from the store, or trained here or there, and kept. */
async function trainedOf(
  { place }: Plan,
  fit: FoldFit,
  listen: Begun["told"],
  keeping: Keeping | undefined,
): Promise<TrainedFold> {
  const kept = keeping ? await readFold(keeping) : {};
  if (kept.trained) return kept.trained;
  const resume = fit.resume ?? kept.resume;
  const resumed = { ...fit, ...(resume && { resume }) };
  const told = listen();
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

function listener({ observe }: AnyOptions, info: FoldInfo): Told | undefined {
  const { fold, folds, member, members } = info;
  const observer = observe?.(fold * members + member, folds * members, info);
  return observer && ((report) => tell(observer, report));
}
