import {
  applyModel,
  check,
  type ChunkReport,
  type Layer,
  mul,
  type Probe,
  type Problem,
  reshape,
  sqrt,
  type Tree,
} from "@nn/core";
import type { Batch } from "../data/data.ts";
import { type Objective, partialOf } from "../evaluate/objective.ts";

/** What solvers are given besides the loss: residuals, where the loss has them. */
export function residualsOf(
  model: Layer<Tree, Tree>,
  { loss }: Objective,
): Pick<Problem, "residuals"> {
  if (!loss.residuals) return {};
  return {
    residuals(parameters, state, batch, key) {
      const { inputs, targets, weights } = batch as Batch;
      const { output } = applyModel(model, { parameters, state }, inputs, { training: true, key });
      const rows = loss.residuals!(output, targets);
      return weights ? mul(rows, reshape(sqrt(weights), [weights.size, 1])) : rows;
    },
  };
}

/** Refuses what a solver reports about a chunk, where it is not what a run goes by. */
export function reportChecker(
  solver: string,
  { metrics }: Objective,
  probes: readonly Probe[],
): (report: ChunkReport, steps: number) => void {
  return ({ losses, partials }, steps) => {
    check(
      losses.length === steps,
      () =>
        `fit: ${solver} reported ${losses.length} losses for ${steps} steps; it must be as many`,
    );
    const names = Object.keys(partials);
    for (const metric of metrics)
      check(
        names.some((name) => name.startsWith(partialOf(metric, ""))),
        () =>
          `fit: ${solver} reported nothing of the metric '${metric.name}'; pass exactFigures: true, or have it report ` +
          "the partials of problem.loss()",
      );
    for (const { name } of probes)
      check(
        names.includes(`probe/${name}`),
        () =>
          `fit: ${solver} reported nothing of the probe '${name}'; leave out what has probes, or have it report those ` +
          "of problem.observe()",
      );
  };
}
