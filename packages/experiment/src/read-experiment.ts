import { check, corePlugins, type Json, type Plugin } from "@nn/core";
import { plugins as trainerPlugins } from "@nn/trainer";
import { plugins as kFoldPlugins } from "@nn/trainer-kfold";
import type { Experiment } from "./experiment.ts";
import { kindIndex } from "./kinds/kind-index.ts";
import { kindTable } from "./kinds/table.ts";
import { plugins as ownPlugins } from "./plugins.ts";
import { checkJson } from "./read/check-json.ts";
import { experimentOf } from "./read/experiment-of.ts";
import { newMaker } from "./read/maker.ts";
import { checkData, checkParts, fillIn, type Made } from "./read/parts.ts";
import { newProblems } from "./read/problems.ts";
import { shown } from "./read/shown.ts";
import { isObject } from "./read/spelled.ts";

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
  check(
    Array.isArray(options?.plugins),
    () => "readExperiment: plugins must be a list such as [...layers, ...losses]",
  );
  const stray = options.plugins.findIndex(
    (plugin) => typeof plugin?.kind !== "string" || typeof plugin.create !== "function",
  );
  check(
    stray < 0,
    () =>
      `readExperiment: plugins[${stray}] is no plugin, but ${shown(options.plugins[stray])}; ` +
      "pass the plugins of all packages in one list, as in [...layers, ...losses]",
  );
  const plugins = [
    ...new Set([
      ...corePlugins,
      ...trainerPlugins,
      ...kFoldPlugins,
      ...ownPlugins,
      ...options.plugins,
    ]),
  ];
  const index = kindIndex(plugins);
  const problems = newProblems();
  checkJson(json, problems);
  problems.throwAny();
  const isFine = problems.expect(
    [],
    isObject(json),
    () => `expected an object with data, target, model and so on, got ${shown(json)}`,
  );
  if (!isFine) problems.throwAny();
  // Callbacks are made of it later on.
  const given = structuredClone(json) as { readonly [name: string]: Json };
  const made: Made = {};
  const makePart = (name: string): unknown =>
    newMaker(index, problems).resolve(given[name], kindTable.experiment, [name], [name]);
  for (const name of kindTable.experiment.options)
    if (Object.hasOwn(given, name)) made[name] = name === "data" ? given[name] : makePart(name);
  checkParts(given, made, problems);
  checkData(given["data"], problems);
  problems.throwAny();
  const callbacks = (): unknown => (Object.hasOwn(given, "callbacks") ? makePart("callbacks") : []);
  return experimentOf(fillIn(made), { callbacks, plugins, problems });
}
