import { readRun } from "@nn/experiment/node";
import path from "node:path";
import { wrongUse } from "../failure.ts";
import type { Io } from "../io.ts";
import { loadPlugins } from "../load-plugins.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { everything } from "../plugins.ts";
import { runTable } from "./run-table.ts";
import { writeRunReport } from "./run-report.ts";

/** Options of `nn report`. */
export interface ReportOptions extends CommonOptions {
  readonly out?: string;
  readonly plugin: readonly string[];
}

/** Writes reports of runs anew. */
export async function report(
  runs: readonly string[],
  { out, quiet, plugin }: ReportOptions,
  io: Io,
): Promise<Outcome> {
  if (out !== undefined && runs.length > 1)
    throw wrongUse(
      `--out is for a single run, and there are ${runs.length}; nn compare has several in one file`,
    );
  const loaded = await loadPlugins(plugin, io.cwd);
  const plugins = [...everything, ...loaded.plugins];
  const files: string[] = [];
  for (const name of runs) {
    const folder = path.resolve(io.cwd, name);
    const run = await readRun(folder);
    const found = await runTable(run, io.cwd);
    if (!found?.isSame && !quiet)
      io.stderr.write(
        `nn: the data of ${name} is ${found ? "not what it was" : "not there"}; there are no charts over features\n`,
      );
    files.push(
      await writeRunReport(folder, {
        plugins,
        ...(found?.isSame && { table: found.table }),
        ...(out !== undefined && { file: path.resolve(io.cwd, out) }),
      }),
    );
  }
  return {
    json: { reports: files },
    text: files.map((file) => path.relative(io.cwd, file)).join("\n"),
  };
}
