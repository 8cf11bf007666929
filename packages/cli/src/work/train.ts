import { checkTable, ExperimentError } from "@nn/experiment";
import { existsSync } from "node:fs";
import path from "node:path";
import { exitCodes } from "../failure.ts";
import type { Io } from "../io.ts";
import { loadPlugins } from "../load-plugins.ts";
import type { CommonOptions, Outcome } from "../outcome.ts";
import { builtIn } from "../plugins.ts";
import { withBackend } from "./backend.ts";
import { conduct } from "./conduct.ts";
import { type Change, changeOf, readExperimentFile } from "./read-experiment-file.ts";
import { readData } from "./read-table.ts";
import { claimFolder, interruptedFolder } from "./run-folders.ts";
import { runJson, runText } from "./run-text.ts";
import { reportAfter } from "./run-report.ts";
import { schedulesOfAllEpochs } from "./schedules.ts";

/** Options of `nn train`. */
export interface TrainOptions extends CommonOptions {
  readonly set?: readonly string[];
  readonly epochs?: number;
  readonly seed?: number;
  readonly folds?: number;
  readonly backend?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly watch?: boolean;
  readonly port?: number;
  readonly jobs?: number;
  readonly threads?: number;
  readonly plugin: readonly string[];
}

/** Trains an experiment. */
export async function train(file: string, options: TrainOptions, io: Io): Promise<Outcome> {
  const { jobs, threads, quiet, resume = false } = options;
  const loaded = await loadPlugins(options.plugin, io.cwd);
  const { experiment, data, alsoChanged, located } = await readExperimentFile(file, {
    cwd: io.cwd,
    plugins: [...builtIn, ...loaded.plugins],
    changes: changesOf(options),
  });
  const note = (text: string): void => void (quiet || io.stderr.write(`nn: ${text}\n`));
  for (const [at, value] of alsoChanged) note(`schedules end with the run: ${at} is ${value}, too`);
  try {
    if (!existsSync(data))
      throw new ExperimentError([{ path: "/data/file", message: `there is no file ${data}` }]);
    const table = await readData(data, experiment.data);
    checkTable(experiment, table);
    const made = experiment.target.filter((name) => !table.columnNames().includes(name));
    if (experiment.keep === "ensemble" && made.length > 0)
      note(
        `the mean of all folds predicts ${made.join(", ")} as models see them, for labels have no mean; --set keep=best predicts labels`,
      );
    const place = path.dirname(path.resolve(io.cwd, file));
    const watched = options.watch ? await openPage(experiment.name, options.port, io) : undefined;
    const watch = watched?.fold;
    const shared = {
      experiment,
      table,
      data,
      resume,
      plugins: loaded,
      jobs,
      threads,
      quiet,
      watch,
    };
    const { folder, record } = await withBackend(experiment, async (backend) => {
      const folder = await folderFor(experiment.name, place, options, { cwd: io.cwd, note });
      return { folder, record: await conduct({ ...shared, backend, folder }, io) };
    }).finally(() => watched?.close());
    const shown = path.relative(io.cwd, folder) || ".";
    if (record.status !== "finished") {
      const again = `nn train ${file} --resume --out ${shown}`;
      return {
        json: { ...runJson(record, folder), resume: again },
        text: `stopped; go on with the same options and --resume:\n  $ ${again}`,
        code: exitCodes.interrupted,
      };
    }
    const report = await reportAfter(folder, { table, plugins: experiment.plugins }, io);
    return { json: { ...runJson(record, folder), report }, text: runText(record, shown) };
  } catch (error) {
    throw located(error);
  }
}

/** What the command line changes in an experiment. */
function changesOf({ set = [], epochs, seed, folds, backend }: TrainOptions): readonly Change[] {
  const flags = Object.entries({ epochs, seed, folds, backend }).flatMap(([path, value]) =>
    value === undefined
      ? []
      : [
          {
            path,
            value: String(value),
            flag: `--${path} ${value}`,
            ...(path === "folds" && { inside: "folds" }),
            ...(path === "epochs" && { also: schedulesOfAllEpochs }),
          },
        ],
  );
  return [...set.map(changeOf), ...flags];
}

/** The folder that was asked for, or one beside the experiment, from which its data is found again. */
async function folderFor(
  name: string,
  place: string,
  { out, resume }: TrainOptions,
  { cwd, note }: { readonly cwd: string; readonly note: (text: string) => void },
): Promise<string> {
  if (out !== undefined) return path.resolve(cwd, out);
  const last = resume ? await interruptedFolder(name, place) : undefined;
  if (resume && last === undefined) note("no run was interrupted; this is a new one");
  return last ?? claimFolder(name, place);
}

async function openPage(title: string, port: number | undefined, io: Io) {
  const { livePage } = await import("@nn/report/node");
  const page = await livePage({ title, ...(port !== undefined && { port }) });
  io.stderr.write(`nn: watch at ${page.url}\n`);
  return page;
}
