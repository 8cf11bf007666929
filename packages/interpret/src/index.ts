export type { AttributionOptions, Attributions } from "./attribution/attribute.ts";
export {
  integratedGradients,
  type IntegratedGradients,
  type IntegratedGradientsOptions,
} from "./attribution/integrated-gradients.ts";
export { saliency, type SaliencyForm, type SaliencyOptions } from "./attribution/saliency.ts";
export type { Grid } from "./dependence/grid.ts";
export {
  type DependenceOptions,
  type FunctionDependence,
  type ModelDependence,
  type PartialDependence,
  partialDependence,
} from "./dependence/partial-dependence.ts";
export type { Predict } from "./importance/function-scorer.ts";
export {
  type FeatureImportance,
  type FunctionImportance,
  type Importance,
  type ImportanceOptions,
  type ImportanceProgress,
  type ModelImportance,
  permutationImportance,
} from "./importance/permutation-importance.ts";
export type { RowChoice } from "./inputs/chosen-rows.ts";
export type { HostLike, Rows, RowsTree, ShapedArray } from "./inputs/examples.ts";
export type { Explained } from "./inputs/explained.ts";
export type { Groups } from "./inputs/features.ts";
export type { Columns } from "./inputs/table.ts";
export type { OutputChoice } from "./output/output-choice.ts";
