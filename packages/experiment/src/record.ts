import type { ExperimentJson } from "./experiment.ts";

/** A number as JSON has it: null is one that is not finite or not known. */
export type Figure = number | null;

/** A figure over all folds. */
export interface FigureRecord {
  readonly mean: Figure;
  /** Of the folds, with n - 1. */
  readonly standardDeviation: Figure;
  readonly best: Figure;
  readonly worst: Figure;
  /** By the number of the fold. */
  readonly folds: readonly Figure[];
  /** Student's 95 % interval of the mean, as if folds were independent. */
  readonly interval: readonly [low: Figure, high: Figure];
}

/** The loss, and metrics by their names. */
export interface FiguresRecord {
  readonly [name: string]: FigureRecord;
}

/** What a fold came to. */
export interface FoldRecord {
  readonly fold: number;
  readonly seed: number;
  /** How many models were trained for it. */
  readonly members: number;
  /** How many rows it was trained on, and judged on. */
  readonly rows: { readonly train: number; readonly validation: number };
  readonly epochs: number;
  /** The number of the best epoch, from 1. */
  readonly bestEpoch: number;
  /** The loss and metrics on the rows that it was judged on; in original units, see `RunFigures.units`. */
  readonly metrics: { readonly [name: string]: Figure };
  /** The same in the units that the model was trained in. */
  readonly transformed: { readonly [name: string]: Figure };
}

/** What a run came to, as plain JSON. */
export interface RunFigures {
  /** All folds are done, or the signal ended it before. */
  readonly ended: "folds" | "signal" | "error";
  /** What `metrics` are in: original units, or those of the pipeline where it has no way back. */
  readonly units: "original" | "transformed";
  readonly metrics: FiguresRecord;
  /** The same in the units that models were trained in. */
  readonly transformed: FiguresRecord;
  /** The loss and metrics of all out-of-fold predictions together, where they compare. */
  readonly outOfFold: { readonly [name: string]: Figure } | null;
  /** Which figures are better when they are higher. */
  readonly better: { readonly [name: string]: "higher" | "lower" };
  readonly folds: readonly FoldRecord[];
  /** The number of the best fold by the figure that is monitored. */
  readonly best: number;
  /** Rows of the data. */
  readonly rows: number;
  /** The names of the columns that the best fold's model sees, after the pipeline. */
  readonly inputs: readonly string[];
  /** Numbers that one model has learned. */
  readonly parameters: number;
  /** All epochs of all models of all folds together. */
  readonly epochs: number;
  /** What the whole of it took. */
  readonly seconds: number;
}

/** Figures by epoch for each fold, in the units that models were trained in: `loss`, `validation/r2` and so on. */
export interface RunHistory {
  readonly folds: readonly { readonly [name: string]: readonly Figure[] }[];
}

/** Where a run took place. */
export interface RunEnvironment {
  readonly node: string;
  /** As in `linux x64`. */
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** The backend's kind, and how it computes where it has a choice, as in `strict`; null where it has none. */
  readonly backend: string;
  readonly numerics: string | null;
  /** The device that it is on, and its driver, where it can tell; not in records of before. */
  readonly device?: string | null;
}

/** What the sources were, where the run was started inside of a repository. */
export interface GitRecord {
  readonly revision: string;
  /** Whether there were changes that are not in the revision. */
  readonly dirty: boolean;
}

/** The file of an experiment's data. */
export interface DataRecord {
  /** Its name in the experiment. */
  readonly file: string;
  /** The SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What is written of a run, in `run.json`: enough to repeat it, and to compare it with others. */
export interface RunRecord {
  /** The version of this form. */
  readonly format: 1;
  readonly name: string;
  /** `running` is also what a run that was killed remains. */
  readonly status: "running" | "finished" | "stopped" | "failed";
  /** When it began, as in `2026-03-01T09:30:00.000Z`. */
  readonly started: string;
  /** When it ended; null while it has not. */
  readonly ended: string | null;
  readonly data: DataRecord;
  /** Where that file is, seen from the run's folder. */
  readonly dataFile: string;
  /** Versions of the packages that the experiment is made of. */
  readonly versions: { readonly [packageName: string]: string };
  readonly git: GitRecord | null;
  readonly environment: RunEnvironment;
  /** What the error said, of a run that failed. */
  readonly error: string | null;
  /** Null until it has finished, or was stopped with some folds done, whose figures these are then. */
  readonly figures: RunFigures | null;
}

/** A run as its folder has it. */
export interface StoredRun {
  readonly folder: string;
  /** The experiment with everything filled in, for `readExperiment`. */
  readonly experiment: ExperimentJson;
  readonly record: RunRecord;
  /** These are undefined where the run has not finished. */
  readonly history: RunHistory | undefined;
  /** The files of the model and of out-of-fold predictions. */
  readonly model: string | undefined;
  readonly predictions: string | undefined;
}
