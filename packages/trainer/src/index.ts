export type { DataSet, Rows, RowsTree, ShapedArray } from "./data.ts";
export { evaluate, type EvaluateOptions } from "./evaluate.ts";
export type { Evaluation } from "./figures.ts";
export { FaultError, type Fault } from "./fault.ts";
export { firstOrder, type FirstOrderOptions } from "./first-order.ts";
export { fit, type FitFault, type FitResult, type History } from "./fit.ts";
export { predict } from "./predict.ts";
export type { FitOptions } from "./prepare.ts";
export { stepProgram } from "./step-program.ts";
