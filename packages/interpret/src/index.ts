export type { AttributionOptions, Attributions } from "./attribution/attribute.ts";
export {
  integratedGradients,
  type IntegratedGradients,
  type IntegratedGradientsOptions,
} from "./attribution/integrated-gradients.ts";
export { saliency, type SaliencyForm, type SaliencyOptions } from "./attribution/saliency.ts";
export type { Grid } from "./dependence/grid.ts";
export type {
  DependenceOptions,
  FunctionDependence,
  ModelDependence,
  TableDependence,
} from "./dependence/dependence-options.ts";
export { type PartialDependence, partialDependence } from "./dependence/partial-dependence.ts";
export type { Predict } from "./importance/function-scorer.ts";
export type { FeatureImportance, Importance } from "./importance/importance.ts";
export type {
  FunctionImportance,
  ImportanceOptions,
  ImportanceProgress,
  ModelImportance,
  TableImportance,
} from "./importance/importance-options.ts";
export { permutationImportance } from "./importance/permutation-importance.ts";
export type { RowChoice } from "./inputs/chosen-rows.ts";
export type { HostLike, Rows, RowsTree, ShapedArray } from "./inputs/examples.ts";
export type { Explained } from "./inputs/explained.ts";
export type { Groups } from "./inputs/features.ts";
export type { Columns } from "./inputs/table.ts";
export type { OutputChoice } from "./output/output-choice.ts";
export { inputsOf, type NamedInputs } from "./table/inputs-of.ts";
export type { FeatureKind, ModelColumns, TableModel, Units } from "./table/table-model.ts";
