import { checkTable, differences, isSameResult, readExperiment } from "@nn/experiment";
import { circumstancesOf, readRun } from "@nn/experiment/node";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandError, exitCodes } from "../failure.ts";
import type { Io } from "../io.ts";
import { loadPlugins } from "../load-plugins.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { ownVersion } from "../own-version.ts";
import { builtIn } from "../plugins.ts";
import { withBackend } from "./backend.ts";
import { conduct } from "./conduct.ts";
import { findData } from "./find-data.ts";
import { readData } from "./read-table.ts";
import { claimAgain } from "./run-folders.ts";
import { reportAfter } from "./run-report.ts";

/** Options of `nn rerun`. */
export interface RerunOptions extends CommonOptions {
  readonly out?: string;
  readonly data?: string;
  readonly jobs?: number;
  readonly threads?: number;
  readonly plugin: readonly string[];
}

/** Repeats a run, and compares what it comes to. */
export async function rerun(
  name: string,
  { out, data: named, jobs, threads, quiet, plugin }: RerunOptions,
  io: Io,
): Promise<Outcome> {
  const before = await readRun(path.resolve(io.cwd, name));
  const { model, predictions, record } = before;
  if (record.status !== "finished" || !record.figures)
    throw new CommandError(
      `${name} has not finished (${record.status}), so that there is nothing to compare with; nn train --resume goes on with it`,
    );
  if (model === undefined)
    throw new CommandError(
      `${name} has no model any more, so that there is nothing to compare with`,
    );
  const loaded = await loadPlugins(plugin, io.cwd);
  const experiment = readExperiment(before.experiment, {
    plugins: [...builtIn, ...loaded.plugins],
  });
  const file =
    named === undefined ? (await findData(before, io.cwd))?.file : path.resolve(io.cwd, named);
  if (file === undefined || !existsSync(file))
    throw new CommandError(`there is no ${named ?? record.data.file}; name the data with --data`, {
      code: exitCodes.wrongUse,
    });
  const table = await readData(file, experiment.data);
  checkTable(experiment, table);
  const { folder, repeated, different } = await withBackend(experiment, async (backend) => {
    const now = await circumstancesOf(experiment, {
      backend,
      data: file,
      sources: io.cwd,
      versions: { "@nn/cli": ownVersion(), ...loaded.versions },
    });
    const different = differences(record, now);
    if (!quiet)
      for (const { what, before: old, now: own, matters } of different)
        io.stderr.write(
          `nn: ${what} was ${old} and is ${own}${matters ? "; bits may differ by it" : ""}\n`,
        );
    const folder = out === undefined ? await claimAgain(before.folder) : path.resolve(io.cwd, out);
    const shared = { experiment, backend, table, data: file, folder, plugins: loaded };
    return { folder, different, repeated: await conduct({ ...shared, jobs, threads, quiet }, io) };
  });
  const shown = path.relative(io.cwd, folder) || ".";
  if (repeated.status !== "finished" || !repeated.figures)
    return {
      json: { status: repeated.status, folder, differences: different },
      text: `stopped; ${shown} is not complete`,
      code: exitCodes.interrupted,
    };
  await reportAfter(folder, { table, plugins: experiment.plugins }, io);
  const same = {
    model: await haveSameBytes(model, path.join(folder, path.basename(model))),
    figures: isSameResult(record.figures, repeated.figures),
    predictions:
      predictions === undefined ||
      (await haveSameBytes(predictions, path.join(folder, path.basename(predictions)))),
  };
  const isSame = same.model && same.figures && same.predictions;
  const parts = Object.entries(same).map(
    ([part, is]) => `${part} ${is ? "the same" : "different"}`,
  );
  return {
    json: { status: repeated.status, folder, identical: isSame, same, differences: different },
    text: isSame
      ? `the same to the last bit: model, figures and predictions\n${shown}`
      : `not the same: ${parts.join(", ")}\n${shown}`,
    code: isSame ? exitCodes.fine : exitCodes.failed,
  };
}

async function haveSameBytes(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([readFile(a), readFile(b)]);
  return one.equals(other);
}
