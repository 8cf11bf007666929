import { check, type ChunkReport } from "@nn/core";
import { type AnyMetric, partialOf } from "./objective.ts";

/** What metrics measure, added up over batches in double precision, or kept. */
export interface MetricSums {
  /** Takes in the step at position `at` of a report about `steps` steps. */
  add(partials: ChunkReport["partials"], at: number, steps: number): void;
  /** The metrics by their names; starts again from nothing. */
  finish(): { readonly [name: string]: number };
  /** What was added up so far, by name. */
  save(): { readonly [name: string]: readonly number[] };
}

/** Sums over no batch so far, or over those whose `save` gave these lists, which it takes over. */
export function newMetricSums(
  metrics: readonly AnyMetric[],
  saved: { [name: string]: number[] } = {},
): MetricSums {
  /** By the name of the partial sum. */
  let values = saved;
  const prefixes = metrics.map((metric) => partialOf(metric, ""));
  /** The metric that a partial sum is for, by its name; each is looked for once. */
  const owners = new Map<string, AnyMetric | undefined>();
  const ownerOf = (path: string): AnyMetric | undefined => {
    if (!owners.has(path))
      owners.set(path, metrics[prefixes.findIndex((prefix) => path.startsWith(prefix))]);
    return owners.get(path);
  };
  return {
    add(partials, at, steps) {
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
      values = {};
      return Object.fromEntries(results);
    },
    save: () => values,
  };
}
