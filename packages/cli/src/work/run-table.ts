import type { ExperimentData, StoredRun } from "@nn/experiment";
import { findData, type FoundData } from "./find-data.ts";
import { type DataTable, readData } from "./read-table.ts";

/** The rows of a run, where its data is still to be found. */
export async function runTable(
  run: StoredRun,
  cwd: string,
): Promise<(FoundData & { readonly table: DataTable }) | undefined> {
  const found = await findData(run, cwd);
  return (
    found && {
      ...found,
      table: await readData(found.file, run.experiment["data"] as ExperimentData),
    }
  );
}
