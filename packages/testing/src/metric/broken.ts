import { abs, mean, reshape, sub, sum, zeros, add, type Metric } from "@nn/core";
import type { MetricSpec } from "./test-metric.ts";

/** A metric with a fault, which `testMetric` has to find. */
export interface BrokenMetric {
  readonly name: string;
  readonly spec: MetricSpec;
}

const kind = "@nn/testing#example-metric";

/** The mean absolute error. */
function metricWith(change: Partial<Metric>): Metric {
  return {
    kind,
    config: {},
    name: "mae",
    mode: "accumulate",
    better: "lower",
    measure: (prediction, target) => ({
      total: sum(abs(sub(prediction, target))),
      count: add(zeros([]), prediction.size),
    }),
    result: ({ total, count }) => total![0]! / count![0]!,
    ...change,
  };
}

function specOf(change: Partial<Metric> = {}): MetricSpec {
  const make = (): ReturnType<MetricSpec["make"]> =>
    metricWith(change) as unknown as ReturnType<MetricSpec["make"]>;
  return {
    make,
    prediction: { shape: [2] },
    target: { shape: [2] },
    plugins: [{ kind, contract: 1, create: make }],
    known: [{ prediction: [[1, 2]], target: [[0, 0]], result: 1.5 }],
  };
}

/** The metric that the broken ones are variants of; it passes. */
export const soundMetric: MetricSpec = specOf();

/** Faulty metrics, none of which may pass. */
export function brokenMetrics(): readonly BrokenMetric[] {
  let seen = 0;
  return [
    {
      name: "means of batches are added up",
      spec: specOf({
        measure: (p, t) => ({ total: mean(abs(sub(p, t))) }),
        result: ({ total }) => total![0]!,
      }),
    },
    {
      name: "rows are added up instead of being kept",
      spec: specOf({
        measure: (p, t) => ({ rows: reshape(abs(sub(p, t)), [p.size]) }),
        result: ({ rows }) => Array.from(rows!).reduce((total, x) => total + x, 0) / rows!.length,
      }),
    },
    {
      name: "it remembers what it saw",
      spec: specOf({ result: ({ total, count }) => total![0]! / (count![0]! + seen++) }),
    },
    {
      name: "the sum is taken for the mean",
      spec: specOf({ result: ({ total }) => total![0]! }),
    },
    { name: "its name is no word", spec: specOf({ name: "mean absolute error" }) },
    { name: "no plugin makes it again", spec: { ...soundMetric, plugins: [] } },
  ];
}
