import path from "node:path";

/** The files of a run's folder. */
export interface RunFiles {
  readonly experiment: string;
  readonly record: string;
  readonly history: string;
  readonly predictions: string;
  /** The folder of what an unfinished run goes on from. */
  readonly folds: string;
  /** What the process that writes it holds. */
  readonly lock: string;
}

/** Where everything is in a run's folder; the model is `model`, with the ending of its format. */
export function runFiles(folder: string): RunFiles {
  const file = (name: string): string => path.join(folder, name);
  return {
    experiment: file("experiment.json"),
    record: file("run.json"),
    history: file("history.json"),
    predictions: file("predictions.csv"),
    folds: file("folds"),
    lock: file("run.lock"),
  };
}
