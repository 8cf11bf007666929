import type { Backend, Json, Plugin, Tensor } from "@nn/core";
import { type Experiment, readExperiment, type StoredRun } from "@nn/experiment";
import { readRun } from "@nn/experiment/node";
import { safetensors } from "@nn/safetensors";
import { type OpenedModel, openModel } from "@nn/trainer";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandError, exitCodes } from "../failure.ts";
import { loadPlugins } from "../load-plugins.ts";
import { everything } from "../plugins.ts";
import { openBackend } from "./backend.ts";
import { refuseUnknown } from "./unknown-packages.ts";

/** A model that was trained, with what is known of where it came from. */
export interface Subject {
  readonly model: OpenedModel<Tensor, Tensor>;
  readonly backend: Backend;
  /** The model's file. */
  readonly file: string;
  /** The run that it is of, where its folder was named. */
  readonly run: StoredRun | undefined;
  /** What it was trained by, where that is known. */
  readonly experiment: Experiment | undefined;
  readonly plugins: readonly Plugin[];
  /** Gives back what it took. */
  close(): Promise<void>;
}

/** What subjects are opened with. */
export interface SubjectOptions {
  readonly backend: string;
  readonly plugin: readonly string[];
}

/** Opens a model's file, or the model of a run's folder. */
export async function openSubject(
  name: string,
  { backend: backendName, plugin }: SubjectOptions,
  cwd: string,
): Promise<Subject> {
  const place = path.resolve(cwd, name);
  if (!existsSync(place))
    throw new CommandError(`there is no ${name}; expected a model's file or a run's folder`, {
      code: exitCodes.wrongUse,
    });
  const loaded = await loadPlugins(plugin, cwd);
  const plugins = [...everything, ...loaded.plugins];
  const isRun = statSync(place).isDirectory();
  const run = isRun ? await readRun(place) : undefined;
  const file = isRun ? run?.model : place;
  if (file === undefined)
    throw new CommandError(
      run?.record.status === "finished"
        ? `${name} has no model any more: its file was removed; nn rerun makes it again where it is kept`
        : `${name} has no model yet: the run is ${run?.record.status ?? "not there"}; nn train --resume goes on with it`,
    );
  const backend = await openBackend(backendName, plugins);
  try {
    const stored = safetensors().read(await readFile(file));
    const { model: layers = null, pipeline = null, experiment: own = null } = stored.metadata;
    refuseUnknown([layers, pipeline, withoutBackend(own)], plugins);
    const model = openModel<Tensor, Tensor>(stored, { plugins, backend });
    if (!model.columns) throw new Error("it was not trained on a table");
    const json = run?.experiment ?? own;
    const here = { ...withoutBackend(json), backend: backend.kind };
    const experiment = json === null ? undefined : readExperiment(here, { plugins });
    const close = async (): Promise<void> => backend.close?.();
    return { model, backend, file, run, experiment, plugins, close };
  } catch (cause) {
    await backend.close?.();
    throw new CommandError(
      `${path.relative(cwd, file)} cannot be used as a model: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** An experiment without where it was computed, which need not be here any more. */
function withoutBackend(json: Json): { readonly [name: string]: Json } {
  const { backend: _, ...others } = Object(json) as { readonly [name: string]: Json };
  return others;
}
