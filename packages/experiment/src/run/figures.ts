import type { Tensor, TensorMap } from "@nn/core";
import type { FoldFigures, FoldResult, KFoldResult } from "@nn/trainer-kfold";
import type { Experiment } from "../experiment.ts";
import type { Figure, FiguresRecord, FoldRecord, RunFigures, RunHistory } from "../record.ts";

/** A number as JSON has it. */
function figureOf(value: number): Figure {
  return Number.isFinite(value) ? value : null;
}

/** What folds came to, as plain JSON. */
export function figuresOf(
  experiment: Experiment,
  result: KFoldResult<Tensor, Tensor>,
  others: Pick<RunFigures, "ended" | "seconds" | "rows">,
): RunFigures {
  const { best, folds, outOfFold } = result;
  const better = experiment.metrics.map((metric) => [metric.name, metric.better] as const);
  return {
    ...others,
    units: result.units,
    metrics: recordOf(result.metrics),
    transformed: recordOf(result.transformedMetrics),
    outOfFold: outOfFold.metrics ? figuresByName(outOfFold.metrics) : null,
    better: { loss: "lower", ...Object.fromEntries(better) },
    folds: folds.map(foldRecord),
    best: best.fold,
    inputs: best.columns?.inputs ?? [],
    parameters: sizeOf(best.members[0]!.parameters),
    epochs: folds.flatMap(({ members }) => members).reduce((sum, { epochs }) => sum + epochs, 0),
  };
}

/** The figures of all epochs, as plain JSON. */
export function historyOf({ folds }: KFoldResult<Tensor, Tensor>): RunHistory {
  return {
    folds: folds.map(({ history }) =>
      Object.fromEntries(
        Object.entries(history).map(([name, values]) => [name, values.map(figureOf)]),
      ),
    ),
  };
}

function foldRecord(result: FoldResult<Tensor, Tensor>): FoldRecord {
  const { fold, seed, train, validation, epochs, bestEpoch, members } = result;
  return {
    fold,
    seed,
    members: members.length,
    rows: { train: train.length, validation: validation.length },
    epochs,
    bestEpoch,
    metrics: figuresByName(result.metrics),
    transformed: figuresByName(result.transformedMetrics),
  };
}

function recordOf(figures: FoldFigures): FiguresRecord {
  const entries = Object.entries(figures).map(([name, figure]) => {
    const [low, high] = figure.interval;
    const record = {
      mean: figureOf(figure.mean),
      standardDeviation: figureOf(figure.standardDeviation),
      best: figureOf(figure.best),
      worst: figureOf(figure.worst),
      folds: figure.folds.map(figureOf),
      interval: [figureOf(low), figureOf(high)] as const,
    };
    return [name, record] as const;
  });
  return Object.fromEntries(entries);
}

function figuresByName(figures: { readonly [name: string]: number }): {
  readonly [name: string]: Figure;
} {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, figureOf(value)]),
  );
}

function sizeOf(parameters: TensorMap): number {
  return Object.values(parameters).reduce((sum, { size }) => sum + size, 0);
}
