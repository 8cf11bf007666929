import type { Experiment } from "../experiment.ts";
import type { RunRecord } from "../record.ts";

/** What of a record is known before anything has run. */
export type Circumstances = Pick<RunRecord, "data" | "versions" | "git" | "environment">;

/** Where and with what an experiment would run now. */
export async function circumstancesOf(
  experiment: Experiment,
  options: { readonly data: string; readonly sources?: string },
): Promise<Circumstances> {
  throw new Error(`${experiment.name} ${options.data}: not there yet`);
}
