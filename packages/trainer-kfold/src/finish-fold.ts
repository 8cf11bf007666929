import type { FoldData } from "./data/source.ts";
import { judgeFold, type JudgedFold } from "./figures/judge-fold.ts";
import { meanPredictions } from "./figures/members.ts";
import type { HostTree } from "./job/host-tree.ts";
import type { Plan } from "./plan.ts";
import type { TrainedMember } from "./run-member.ts";

/** A fold that finished, outside of any backend. */
export interface FinishedFold extends Pick<FoldData, "pipeline" | "columns"> {
  readonly fold: number;
  readonly members: readonly TrainedMember[];
  readonly predictions: HostTree;
  readonly judged: JudgedFold;
}

/** Judges the mean of what the models of a fold predict. */
export async function finishFold(
  { options }: Plan,
  fold: number,
  data: FoldData,
  members: readonly TrainedMember[],
): Promise<FinishedFold> {
  const { backend, loss, metrics = [] } = options;
  const { pipeline, columns } = data;
  const predictions = meanPredictions(members.map(({ trained }) => trained.predictions));
  const judged = await judgeFold(backend, { loss, metrics }, data, predictions);
  return {
    fold,
    members,
    predictions,
    judged,
    ...(pipeline && { pipeline }),
    ...(columns && { columns }),
  };
}
