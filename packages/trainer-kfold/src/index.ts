export { FoldError } from "./fold-error.ts";
export { kFold } from "./k-fold.ts";
export { ensemble, type EnsembleOptions } from "./model/ensemble.ts";
export { predictTable, type TableModel } from "./model/predict-table.ts";
export type { FoldInfo, KFoldOptions, PerFold } from "./options.ts";
export { plugins } from "./plugins.ts";
export type {
  FiguresByName,
  FoldFigure,
  FoldFigures,
  FoldModel,
  FoldResult,
  HostOf,
  KFoldResult,
  MemberResult,
  OutOfFold,
} from "./result.ts";
export { foldRunner, runFold } from "./job/run-fold.ts";
export { grouped, type GroupedOptions } from "./splitters/grouped.ts";
export { kFolds, type KFoldsOptions } from "./splitters/k-folds.ts";
export { leaveOneOut } from "./splitters/leave-one-out.ts";
export { repeated, type RepeatedOptions } from "./splitters/repeated.ts";
export { splitOf } from "./splitters/split-of.ts";
export type { RowValues, Split, Splitter, SplitRows } from "./splitters/splitter.ts";
export { stratified, type StratifiedOptions } from "./splitters/stratified.ts";
export { timeSeries, type TimeSeriesOptions } from "./splitters/time-series.ts";
export type { FoldStore } from "./store.ts";
export { tableOf } from "./data/table-of.ts";
