export { ExperimentError, type Problem } from "./error.ts";
export type { Experiment, ExperimentData, ExperimentJson, Keep } from "./experiment.ts";
export { type Difference, differences, isSameResult } from "./differences.ts";
export { holdout, type HoldoutOptions } from "./holdout.ts";
export { locate, type Place } from "./json/locate.ts";
export { parseExperiment } from "./json/parse-experiment.ts";
export { setOption } from "./json/set-option.ts";
export { plugins } from "./plugins.ts";
export { readExperiment, type ReadOptions } from "./read-experiment.ts";
export type {
  DataRecord,
  Figure,
  FigureRecord,
  FiguresRecord,
  FoldRecord,
  GitRecord,
  RunEnvironment,
  RunFigures,
  RunHistory,
  RunRecord,
  StoredRun,
} from "./record.ts";
export type { Predictions } from "./run/predictions.ts";
export { checkTable } from "./run/check-table.ts";
export { type ExperimentResult, runExperiment, type RunOptions } from "./run-experiment.ts";
