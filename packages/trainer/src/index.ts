export { activationStatistics, type ActivationStatistics } from "./activation-statistics.ts";
export type { ActivationName } from "./activations-in.ts";
export type { BestOptions } from "./callbacks/best.ts";
export { earlyStopping, type EarlyStoppingOptions } from "./callbacks/early-stopping.ts";
export { keepBest } from "./callbacks/keep-best.ts";
export { classWeights } from "./class-weights.ts";
export {
  type Batch,
  type DataSet,
  type Resident,
  type Rows,
  type RowsTree,
  type ShapedArray,
  uploadSet,
} from "./data.ts";
export type { ExampleType } from "./example-type.ts";
export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export type { Evaluation } from "./figures.ts";
export { FaultError, type Fault } from "./fault.ts";
export { firstOrder } from "./first-order.ts";
export type { FirstOrderOptions } from "./first-order-options.ts";
export { fit, type FitFault, type FitResult } from "./fit.ts";
export type { InputTypes } from "./input-types.ts";
export type { History, Monitor } from "./journal.ts";
export type { FitOptions } from "./options.ts";
export { plugins } from "./plugins.ts";
export { predict } from "./predict.ts";
export type { Labels } from "./labels.ts";
export { lintData, type LintOptions, showFindings } from "./lint.ts";
export type { Lint } from "./source.ts";
export type { ColumnNames, Finding } from "./lint-finding.ts";
export { countRows } from "./rows-tree.ts";
export { shuffled } from "./shuffle.ts";
export { type DataSplit, type RowSplit, splitData, splitRows } from "./split.ts";
export type { SplitOptions } from "./split-options.ts";
export {
  type LayerStatistics,
  statistics,
  type Statistics,
  type StatisticsOptions,
  type TrainingStatistics,
} from "./statistics.ts";
export type { Limits, TrainingFinding } from "./statistics-findings.ts";
export { stepProgram } from "./step-program.ts";
export {
  openModel,
  type OpenedModel,
  type OpenOptions,
  type Storable,
  storeModel,
  type StoreOptions,
} from "./store.ts";
export { type LayerSummary, type ModelSummary, summary, type SummaryOptions } from "./summary.ts";
export { summaryHtml } from "./summary-html.ts";
export { summaryText } from "./summary-text.ts";
export { type DataStream, stream, type StreamOptions } from "./stream.ts";
export { takeRows } from "./take-rows.ts";
