import type { Backend, Observer } from "@nn/core";
import { workers } from "@nn/executor-workers";
import { type Experiment, runExperiment, type RunRecord } from "@nn/experiment";
import { openRun } from "@nn/experiment/node";
import { safetensors } from "@nn/safetensors";
import { progress } from "@nn/trainer/node";
import { availableParallelism } from "node:os";
import path from "node:path";
import { foldsUrl } from "../folds-url.ts";
import type { Io } from "../io.ts";
import type { LoadedPlugins } from "../load-plugins.ts";
import { makeFolder } from "../make-folder.ts";
import { ownVersion } from "../own-version.ts";
import type { DataTable } from "./read-table.ts";
import { splitsOf } from "./splits.ts";

/** What to run, and how. */
export interface Conduct {
  readonly experiment: Experiment;
  /** The experiment's, opened. */
  readonly backend: Backend;
  readonly table: DataTable;
  /** The file that the table was read from. */
  readonly data: string;
  readonly folder: string;
  readonly resume?: boolean | undefined;
  readonly plugins: LoadedPlugins;
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
  readonly quiet?: boolean | undefined;
  /** Watches folds besides the display of progress. */
  readonly watch?: ((fold: number, folds: number) => Observer) | undefined;
}

/** Runs an experiment into a folder, which is made where it is missing. Ctrl-C stops it, so that it can be resumed. */
export async function conduct(options: Conduct, io: Io): Promise<RunRecord> {
  const { experiment, backend, table, data, folder, plugins, quiet, watch } = options;
  const cores = availableParallelism();
  const models = splitsOf(experiment, table).length * experiment.members;
  const jobs = Math.min(options.jobs ?? experiment.backend.jobs ?? cores, models);
  const { threads } = options;
  const executor =
    jobs > 1 || threads !== undefined
      ? workers({
          concurrency: jobs,
          threadsPerJob: threads ?? Math.max(1, Math.floor(cores / jobs)),
        })
      : undefined;
  await makeFolder(folder);
  const run = await openRun(folder, {
    experiment,
    backend,
    data,
    format: safetensors(),
    resume: options.resume ?? false,
    sources: io.cwd,
    versions: { "@nn/cli": ownVersion(), ...plugins.versions },
  });
  const stop = new AbortController();
  const listening = io.onInterrupt(() => {
    io.stderr.write("\nnn: stopping; once more to end at once\n");
    stop.abort();
  });
  const display = quiet ? undefined : progress({ stream: io.stderr });
  const watchers = [display?.fold, watch].filter((watcher) => watcher !== undefined);
  const observe = (index: number, of: number): Observer =>
    together(watchers.map((watcher) => watcher(index, of)));
  try {
    const result = await runExperiment(experiment, {
      table,
      backend,
      store: run.store,
      signal: stop.signal,
      ...(watchers.length > 0 && { observe, observeAll: observe }),
      ...(executor && {
        executor,
        entry: foldsUrl({ plugins: plugins.urls, store: path.join(folder, "folds") }),
      }),
    });
    return await run.finish(result);
  } catch (error) {
    const record = await run.fail(error);
    if (error === stop.signal.reason) return record;
    throw error;
  } finally {
    listening();
    await executor?.close();
  }
}

/** Several observers as one. */
function together(observers: readonly Observer[]): Observer {
  return {
    start: async (run) => {
      for (const each of observers) await each.start?.(run);
    },
    progress: async (report) => {
      for (const each of observers) await each.progress?.(report);
    },
    epoch: async (report) => {
      for (const each of observers) await each.epoch?.(report);
    },
    end: async (ended) => {
      for (const each of observers) await each.end?.(ended);
    },
  };
}
