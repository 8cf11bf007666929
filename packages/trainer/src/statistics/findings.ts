import type { ActivationStatistics } from "./activation-statistics.ts";
import type { LayerStatistics } from "./statistics.ts";

/** From where on something is worth telling. */
export interface Limits {
  /** Gradients vanish where those of a layer are below this part of the largest ones; 0.0001 by default. */
  readonly vanishing: number;
  /**
   * Gradients explode where a step of plain gradient descent is longer than so many times the weights; 0.1 by default, a
   * hundred times what is usual. What explodes faster ends in a `FaultError`, or in dead units.
   */
  readonly exploding: number;
  /** The share of saturated values of a tanh or sigmoid; 0.5 by default. */
  readonly saturated: number;
  /** The share of dead units; 0.5 by default. */
  readonly dead: number;
}

/** Something about a layer that keeps it from learning well. */
export interface TrainingFinding {
  readonly code: "vanishing" | "exploding" | "saturated" | "dead";
  /** The layer's path; empty for the model itself. */
  readonly path: string;
  readonly epoch: number;
  /** What is beyond its limit, see `Limits`. */
  readonly figure: number;
  /** What was found, in a sentence. */
  readonly message: string;
  /** What can be done about it. */
  readonly fix: string;
}

/** What is beyond its limit in an epoch. */
export function findingsIn(
  epoch: number,
  layers: readonly LayerStatistics[],
  activations: readonly ActivationStatistics[],
  limits: Limits,
): TrainingFinding[] {
  const findings: TrainingFinding[] = [];
  const find = (
    code: TrainingFinding["code"],
    path: string,
    figure: number,
    message: string,
    fix: string,
  ): void => {
    const limit = limits[code];
    if (code === "vanishing" ? figure < limit : figure > limit)
      findings.push({ code, path, epoch, figure, message: `epoch ${epoch}: ${message}`, fix });
  };
  const largest = Math.max(...layers.map(({ gradientSize }) => gradientSize));
  for (const { path, gradientSize, updateRatio } of layers) {
    const part = gradientSize / largest;
    if (largest > 0)
      find(
        "vanishing",
        path,
        part,
        `gradients of ${named(path)} are ${part.toPrecision(2)} times as large as the largest ones`,
        "use relu() with heNormal(), normalization or residual connections, or fewer layers",
      );
    find(
      "exploding",
      path,
      updateRatio,
      `a step along the gradient of ${named(path)} is ${updateRatio.toPrecision(2)} times as long as its weights`,
      "lower the learning rate, clip gradients, scale inputs and targets, or start with smaller weights",
    );
  }
  for (const { path, activation, saturated, dead, units, isOutput } of activations) {
    if (isOutput) continue;
    if (activation !== "relu")
      find(
        "saturated",
        path,
        saturated,
        `${percent(saturated)} of the values behind the ${activation} of ${named(path)} are at its limits`,
        "scale the inputs, start with smaller weights, lower the learning rate, or use relu()",
      );
    find(
      "dead",
      path,
      dead,
      `${percent(dead)} of the ${units} units of ${named(path)} are ${
        activation === "relu" ? "zero" : "at the limits"
      } for every example, and learn nothing`,
      "lower the learning rate, use leakyRelu(), heNormal(), or normalization",
    );
  }
  return findings;
}

function named(path: string): string {
  return path ? `'${path}'` : "the model";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
