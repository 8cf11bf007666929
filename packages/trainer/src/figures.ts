import type { ChunkReport } from "@nn/core";
import type { AnyMetric } from "./objective.ts";

/** Adds up losses and metrics over the batches of an epoch, in double precision. */
export class Figures {
  private readonly metrics: readonly AnyMetric[];
  private loss = 0;
  private weight = 0;
  private values: Record<string, Record<string, number[]>> = {};

  constructor(metrics: readonly AnyMetric[]) {
    this.metrics = metrics;
  }

  /** Takes in the step at position `at` of a report about `steps` steps, whose batch has `rows` rows. */
  add({ losses, partials }: ChunkReport, at: number, steps: number, rows: number): void {
    const weight = partials["weight"]?.[at] ?? rows;
    this.loss += losses[at]! * weight;
    this.weight += weight;
    for (const { name, mode } of this.metrics) {
      const prefix = `metric/${name}/`;
      for (const path in partials) {
        if (!path.startsWith(prefix)) continue;
        const values = partials[path]!;
        const length = values.length / steps;
        const kept = ((this.values[name] ??= {})[path.slice(prefix.length)] ??= []);
        for (let i = 0; i < length; i++) {
          const value = values[at * length + i]!;
          if (mode === "collect") kept.push(value);
          else kept[i] = (kept[i] ?? 0) + value;
        }
      }
    }
  }

  /** The mean loss, and the metrics by name; starts again from nothing. */
  finish(): { readonly loss: number; readonly metrics: { readonly [name: string]: number } } {
    const { loss, weight, values } = this;
    this.loss = this.weight = 0;
    this.values = {};
    const metrics = this.metrics.map((metric) => [
      metric.name,
      metric.result(values[metric.name] ?? {}),
    ]);
    return { loss: loss / weight, metrics: Object.fromEntries(metrics) };
  }
}
