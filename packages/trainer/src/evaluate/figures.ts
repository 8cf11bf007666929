import { check, type ChunkReport } from "@nn/core";
import { type AnyMetric, partialOf } from "./objective.ts";

/** The mean loss and the metrics over some examples. */
export interface Evaluation {
  readonly loss: number;
  /** By the metrics' names. */
  readonly metrics: { readonly [name: string]: number };
}

/** Adds up losses and metrics over batches, in double precision. */
export interface Figures {
  /** Takes in the step at position `at` of a report about `steps` steps, whose batch has `rows` rows. */
  add(report: ChunkReport, at: number, steps: number, rows: number): void;
  /** What it came to; starts again from nothing. */
  finish(): Evaluation;
  /** What was added up so far, by name. */
  save(): { readonly [name: string]: readonly number[] };
}

/** Figures of no batch so far, or of those whose `save` gave these lists, which it takes over. */
export function newFigures(
  metrics: readonly AnyMetric[],
  { loss = [], ...saved }: { [name: string]: number[] } = {},
): Figures {
  let [total = 0, weight = 0] = loss;
  /** By the name of the partial sum. */
  let values: { [name: string]: number[] } = saved;
  const prefixes = metrics.map((metric) => partialOf(metric, ""));
  /** The metric that a partial sum is for, by its name; each is looked for once. */
  const owners = new Map<string, AnyMetric | undefined>();
  const ownerOf = (path: string): AnyMetric | undefined => {
    if (!owners.has(path))
      owners.set(path, metrics[prefixes.findIndex((prefix) => path.startsWith(prefix))]);
    return owners.get(path);
  };
  return {
    add({ losses, partials }, at, steps, rows) {
      const counts = partials["weight"]?.[at] ?? rows;
      total += losses[at]! * counts;
      weight += counts;
      for (const path in partials) {
        const metric = ownerOf(path);
        if (!metric) continue;
        const kept = (values[path] ??= []);
        const length = partials[path]!.length / steps;
        for (let i = 0; i < length; i++) {
          const value = partials[path]![at * length + i]!;
          if (metric.mode === "collect") kept.push(value);
          else kept[i] = (kept[i] ?? 0) + value;
        }
      }
    },
    finish() {
      const results = metrics.map((metric, at) => {
        const prefix = prefixes[at]!;
        const own = Object.entries(values).filter(([path]) => path.startsWith(prefix));
        const named = own.map(([path, numbers]) => [path.slice(prefix.length), numbers] as const);
        const result = metric.result(Object.fromEntries(named));
        check(
          typeof result === "number",
          () => `${metric.kind}: a figure must be a number here, got ${typeof result}`,
        );
        return [metric.name, result] as const;
      });
      const evaluation = { loss: total / weight, metrics: Object.fromEntries(results) };
      total = weight = 0;
      values = {};
      return evaluation;
    },
    save: () => ({ ...values, loss: [total, weight] }),
  };
}
