import { decode, type Metric, type Plugin } from "@nn/core";
import { wrongUse } from "../failure.ts";
import type { Subject } from "./open-subject.ts";

/** Metrics by their names, such as `r2`; those of the experiment are taken as it has them, with their options. */
export function metricsOf(
  names: readonly string[],
  { experiment, plugins }: Subject,
): readonly Metric[] {
  return names.map((name) => {
    const own = experiment?.metrics.find((metric) => metric.name === name);
    return own ?? made(name, plugins);
  });
}

/** The figures to look at where none are asked for. */
export function usualMetrics(subject: Subject, isClasses: boolean): readonly Metric[] {
  const { experiment } = subject;
  if (experiment && experiment.metrics.length > 0) return experiment.metrics;
  return metricsOf(isClasses ? ["accuracy"] : ["r2", "rmse", "mae"], subject);
}

function made(name: string, plugins: readonly Plugin[]): Metric {
  const isMetric = (value: object): value is Metric => "measure" in value && "better" in value;
  for (const { kind } of plugins) {
    if (kind !== name && !kind.endsWith(`#${name}`)) continue;
    const value = attempt(() => decode({ kind, config: {} }, plugins));
    if (value && isMetric(value)) return value;
  }
  const known = plugins.map(({ kind }) => kind).filter((kind) => kind.startsWith("@nn/metrics#"));
  throw wrongUse(
    `--metric ${name}: there is no such metric; there are ${known.map((kind) => kind.split("#")[1]).join(", ")}`,
  );
}

/** A loss may have the same name as a metric, and a step may need options. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
