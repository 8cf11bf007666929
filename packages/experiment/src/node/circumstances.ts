import type { Backend } from "@nn/core";
import os from "node:os";
import type { Experiment } from "../experiment.ts";
import { checkBackend } from "../run/check-backend.ts";
import type { RunEnvironment, RunRecord } from "../record.ts";
import { dataRecord } from "./data-record.ts";
import { gitRecord } from "./git.ts";
import { versionsOf } from "./versions.ts";

/** What of a record is known before anything has run. */
export type Circumstances = Pick<RunRecord, "data" | "versions" | "git" | "environment">;

/** Where an experiment's data and sources are. */
export interface CircumstanceOptions {
  /** The experiment's backend, opened. */
  readonly backend: Backend;
  /** The file that its data is read from, seen from here. */
  readonly data: string;
  /** Versions to note besides those that are found, such as that of the program that runs it. */
  readonly versions?: { readonly [packageName: string]: string };
  /** Where the sources are, for the revision in git; the current folder by default. */
  readonly sources?: string;
}

/**
 * With what and where an experiment would run now, to be compared with a run's record by `differences`.
 *
 * ```ts
 * const { record, experiment: json } = await readRun("runs/houses");
 * const experiment = readExperiment(json, { plugins });
 * const backend = await experiment.backend.open();
 * const now = await circumstancesOf(experiment, { backend, data: "houses.csv" });
 * differences(record, now); // nothing, where it must come to the same bits
 * ```
 */
export async function circumstancesOf(
  experiment: Experiment,
  { backend, data, versions = {}, sources = process.cwd() }: CircumstanceOptions,
): Promise<Circumstances> {
  checkBackend("circumstancesOf", experiment, backend);
  return {
    data: await dataRecord(experiment.data.file, data),
    versions: { ...(await versionsOf(experiment.json)), ...versions },
    git: await gitRecord(sources),
    environment: environmentOf(backend),
  };
}

function environmentOf(backend: Backend): RunEnvironment {
  const cores = os.cpus();
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    backend: backend.kind,
    ...toldBy(backend),
  };
}

/** How and where a backend computes: as it was told, or as it says where it can tell more of itself than a backend must. */
function toldBy(backend: Backend): Pick<RunEnvironment, "numerics" | "device"> {
  const { doctor } = backend as {
    doctor?: () => { readonly numerics?: unknown; readonly device?: unknown };
  };
  const told = doctor?.call(backend);
  const numerics = backend.config["numerics"] ?? told?.numerics;
  return { numerics: textOf(numerics), device: textOf(told?.device) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
