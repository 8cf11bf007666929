import type {
  ChunkReport,
  Declaration,
  Probe,
  ProgressReport,
  Training,
  Variables,
} from "@nn/core";
import type { Chunks } from "./chunks.ts";
import type { Evaluation, Figures } from "../evaluate/figures.ts";
import type { InputTypes } from "../data/input-types.ts";
import type { Journal } from "./journal.ts";
import type { Saved } from "../resume/saved.ts";
import type { Source } from "../data/source.ts";

/** A run between two chunks. */
export interface Run {
  /** What the model takes. */
  readonly inputTypes: InputTypes;
  readonly declarations: readonly Declaration[];
  readonly training: Training;
  readonly chunks: Chunks;
  readonly data: Source;
  readonly validation: Source | undefined;
  readonly probes: readonly Probe[];
  /** Refuses what a solver of somebody else's must not report. */
  readonly checkReport: ((report: ChunkReport, steps: number) => void) | undefined;
  readonly journal: Journal;
  /** Adds up the figures of the current epoch; absent where they are computed at its end. */
  readonly figures: Figures | undefined;
  /** What probes saw last, by their names. */
  readonly probed: Record<string, number>;
  /** Where the run is, as was told last. */
  progress: ProgressReport;
  /** Whether a callback has ended it. */
  isStopped: boolean;
  /** What it goes on from, where it resumes another one. */
  readonly saved: Saved | undefined;
  /** Evaluates on the training data, where exact figures are wanted. */
  readonly measure: ((variables: Variables) => Promise<Evaluation>) | undefined;
  /** The figures of the validation data, where there is some, by names such as `validation/loss`. */
  readonly validate: ((variables: Variables) => Promise<Evaluation["metrics"]>) | undefined;
  /** Gives back the data that was uploaded, and ends the reading of streams. */
  release(): Promise<void>;
}
