import type { Importance } from "../charts/importance-bars.ts";
import type { Dependence } from "../charts/dependence.ts";
import type { Box } from "../data/box.ts";
import type { Column, Columns } from "../data/columns.ts";
import type { PredictedAndTrue } from "../data/predictions.ts";
import type { Grid, SurfacePoints } from "../charts/surface.ts";

/**
 * All that a report can tell of a run, as plain data; all but the name may be missing. What `fit` and `kFold` return
 * fits in: `{ name: "houses", ...result }` takes over its folds, history and figures.
 */
export interface RunRecord {
  readonly name: string;
  /** What the run was for, in a sentence or two. */
  readonly description?: string;
  /** When it began, as text. Reports never look at the clock: the same record gives the same bytes. */
  readonly date?: string;
  /** How long it took. */
  readonly seconds?: number;
  /** The experiment, for JSON. */
  readonly config?: unknown;
  /** Versions, machine, seed, hash of the data and so on. */
  readonly environment?: Facts;
  /** Of a cross-validation. */
  readonly folds?: readonly RunFold[];
  /** Of a run without folds. */
  readonly history?: RunHistory;
  /** Figures over all folds, or of the run. */
  readonly metrics?: RunFigures;
  /** The same in the units that models were trained in, where these are others. */
  readonly transformedMetrics?: RunFigures;
  /** What `metrics` are in, as `kFold` says it. */
  readonly units?: "original" | "transformed";
  /** Of rows that models were not trained on; one for each target. */
  readonly predictions?: Predictions | readonly Predictions[];
  readonly importance?: Importance;
  readonly dependence?: readonly Dependence[];
  /** Predictions over the values of two inputs. */
  readonly surface?: RunSurface;
  /** Features as they came, and as the pipeline passed them on: their values, or what `boxOf` made of them. */
  readonly boxes?: { readonly before?: Boxes; readonly after?: Boxes };
}

/** Short values by their names, such as versions. */
export interface Facts {
  readonly [name: string]: string | number | boolean | null | undefined;
}

/** Figures by epoch: `loss`, metrics by their names, and those of the validation as `validation/loss` and so on. */
export interface RunHistory {
  readonly [figure: string]: ArrayLike<number | null>;
}

/** What is told of a fold. */
export interface RunFold {
  /** Its number, from 0; its place in the list by default. */
  readonly fold?: number;
  readonly history?: RunHistory;
  /** The number of the epoch whose model was kept, from 1. */
  readonly bestEpoch?: number;
  /** Figures of its model on its validation rows. */
  readonly metrics?: { readonly [figure: string]: number | null };
}

/** Figures by their names: each a number, or what it came to over the folds. */
export interface RunFigures {
  readonly [figure: string]: number | null | FigureOfFolds;
}

/** A figure over all folds. */
export interface FigureOfFolds {
  readonly mean: number | null;
  readonly standardDeviation?: number | null;
  /** Of each fold. */
  readonly folds?: ArrayLike<number | null>;
}

/** True and predicted values of a target; where these are words, reports count which classes are taken for which. */
export interface Predictions extends PredictedAndTrue {
  /** Features of the same rows, to look at the residuals over. Those called `lat` and `long`, or in full, make a map. */
  readonly features?: Columns;
}

/** Features to draw as boxes. */
export interface Boxes {
  readonly [name: string]: Column | Box;
}

/** A prediction surface, with the points it was learned from. */
export interface RunSurface extends Grid {
  readonly points?: SurfacePoints;
}
