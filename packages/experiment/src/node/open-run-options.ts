import { check, type ModelFormat } from "@nn/core";
import type { Experiment } from "../experiment.ts";
import { checkBackend } from "../run/check-backend.ts";
import { suggestion } from "../read/nearest.ts";
import { shown } from "../read/shown.ts";
import { isObject } from "../read/spelled.ts";
import type { CircumstanceOptions } from "./circumstances.ts";

/** What a run's folder is opened with. */
export interface OpenRunOptions extends CircumstanceOptions {
  readonly experiment: Experiment;
  /** How the model and the state of unfinished folds are written, such as `safetensors()`. */
  readonly format: ModelFormat;
  /**
   * Whether to go on with a run that was interrupted, if there is one; false by default: a folder that has a run is
   * refused.
   */
  readonly resume?: boolean;
}

const known = ["experiment", "backend", "format", "resume", "data", "versions", "sources"];

/** Refuses options that are misspelt, or not what they should be. */
export function checkOptions(folder: string, options: OpenRunOptions): void {
  check(
    typeof folder === "string" && folder !== "",
    () => `openRun: expected the name of a folder, got ${shown(folder)}`,
  );
  const { experiment, backend, data, resume = false } = Object(options) as Partial<OpenRunOptions>;
  check(
    isObject(experiment?.json),
    () => `openRun: experiment must be one of readExperiment(), got ${shown(experiment)}`,
  );
  checkBackend("openRun", experiment!, backend!);
  check(
    typeof data === "string",
    () => `openRun: data must be the file that the table is read from, got ${shown(data)}`,
  );
  check(
    typeof resume === "boolean",
    () => `openRun: resume must be true or false, got ${shown(resume)}`,
  );
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  check(
    unknown === undefined,
    () => `openRun: there is no option '${unknown}'; ${suggestion(unknown!, known)}`,
  );
}
