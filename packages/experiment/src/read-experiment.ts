import type { Json, Plugin } from "@nn/core";
import type { Experiment } from "./experiment.ts";

/** What is needed to read an experiment. */
export interface ReadOptions {
  /**
   * The lists of the packages that may be named. Those of `@nn/core`, `@nn/trainer`, `@nn/trainer-kfold` and of this
   * package are known.
   */
  readonly plugins: readonly Plugin[];
}

/**
 * Makes an experiment of its JSON, and checks everything that can be checked without its data. Nothing in the JSON is
 * run or imported: it names kinds, and kinds are looked up in `plugins`. Throws an `ExperimentError` that lists all
 * problems with their paths.
 *
 * ```ts
 * const experiment = readExperiment(parseExperiment(await readFile("houses.json", "utf8")), {
 *   plugins: [...layers, ...losses, ...metrics, ...optimizers, ...steps, ...backend],
 * });
 * ```
 */
export function readExperiment(json: Json, options: ReadOptions): Experiment {
  throw new Error(`${JSON.stringify(json)} ${options.plugins.length}: not there yet`);
}
