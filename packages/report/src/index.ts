export type { Chart, ChartOptions } from "./chart.ts";
export { boxes, type BoxesOptions } from "./charts/boxes.ts";
export { curves, type CurvesOf, type CurvesOptions } from "./charts/curves.ts";
export { dependence, type Dependence, type DependenceOptions } from "./charts/dependence.ts";
export { foldFigures, type FoldFiguresOf, type FoldFiguresOptions } from "./charts/fold-figures.ts";
export {
  type Importance,
  importanceBars,
  type ImportanceOptions,
} from "./charts/importance-bars.ts";
export { map, type MapOptions, type Places } from "./charts/map.ts";
export {
  predictedAgainstTrue,
  type PredictedAgainstTrueOptions,
} from "./charts/predicted-against-true.ts";
export { residuals, type ResidualsOptions } from "./charts/residuals.ts";
export { type Axis, scatter, type ScatterOf } from "./charts/scatter.ts";
export { type Grid, surface, type SurfaceOptions, type SurfacePoints } from "./charts/surface.ts";
export { type Box, boxOf } from "./data/box.ts";
export type { Column, Columns } from "./data/columns.ts";
export type { PredictedAndTrue } from "./data/predictions.ts";
export { svgFile, type SvgFileOptions } from "./draw/svg-file.ts";
export {
  type Block,
  type Choice,
  report,
  type ReportOf,
  type ReportTable,
  type Section,
} from "./html/report.ts";
export { compareReport, type CompareOptions } from "./run/compare-report.ts";
export type {
  Boxes,
  Facts,
  FigureOfFolds,
  Predictions,
  RunFigures,
  RunFold,
  RunHistory,
  RunRecord,
  RunSurface,
} from "./run/run-record.ts";
export { runReport } from "./run/run-report.ts";
