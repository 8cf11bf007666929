export {
  activationStatistics,
  type ActivationStatistics,
} from "./statistics/activation-statistics.ts";
export type { ActivationName } from "./statistics/activations-in.ts";
export type { BestOptions } from "./callbacks/best.ts";
export { earlyStopping, type EarlyStoppingOptions } from "./callbacks/early-stopping.ts";
export { keepBest } from "./callbacks/keep-best.ts";
export { classWeights } from "./data/class-weights.ts";
export {
  type Batch,
  type DataSet,
  type Resident,
  type Rows,
  type RowsTree,
  type ShapedArray,
  uploadSet,
} from "./data/data.ts";
export type { ExampleType } from "./summary/example-type.ts";
export { DeviceLostError } from "./resume/device-lost.ts";
export {
  confirmDevice,
  renewable,
  type Renewable,
  type RenewableOptions,
} from "./resume/renewable.ts";
export { evaluate, type EvaluateOptions } from "./evaluate/evaluate.ts";
export type { Evaluation } from "./evaluate/figures.ts";
export { FaultError, type Fault } from "./solver/fault.ts";
export { firstOrder, type FirstOrderOptions } from "./solver/first-order.ts";
export { fit, type FitFault, type FitResult } from "./fit.ts";
export type { InputTypes } from "./data/input-types.ts";
export type { History, Monitor } from "./run/journal.ts";
export type { FitOptions } from "./options.ts";
export { plugins } from "./plugins.ts";
export { predict } from "./evaluate/predict.ts";
export type { Labels } from "./data/labels.ts";
export { refuseNotFinite } from "./lint/finite.ts";
export { lintData, type LintOptions, showFindings } from "./lint/lint.ts";
export type { Lint } from "./data/source.ts";
export type { ColumnNames, Finding } from "./lint/finding.ts";
export { countRows } from "./data/rows-tree.ts";
export { shuffled } from "./data/shuffle.ts";
export { type DataSplit, type RowSplit, splitData, splitRows } from "./split/split.ts";
export type { SplitOptions } from "./split/options.ts";
export {
  type LayerStatistics,
  statistics,
  type Statistics,
  type StatisticsOptions,
  type TrainingStatistics,
} from "./statistics/statistics.ts";
export type { Limits, TrainingFinding } from "./statistics/findings.ts";
export { stepProgram } from "./step-program.ts";
export {
  openModel,
  type Columns,
  type OpenedModel,
  type OpenOptions,
  type Storable,
  storeModel,
  type StoreOptions,
} from "./resume/store.ts";
export {
  type LayerSummary,
  type ModelSummary,
  summary,
  type SummaryOptions,
} from "./summary/summary.ts";
export { summaryHtml } from "./summary/html.ts";
export { summaryText } from "./summary/text.ts";
export { type DataStream, stream, type StreamOptions } from "./stream/stream.ts";
export { takeRows } from "./data/take-rows.ts";
